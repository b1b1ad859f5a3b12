// Builds the site and looks at it in Chromium, as a phone and as a desktop, light and dark: nothing but code is wider than the
// page, or scrolls sideways, or lies over the menus; the texts of figures can be read; the search finds the guides; the answers
// to common questions are near the landing page; axe has no serious finding, and no link or fragment is dead.
//
//   npm run test:site
//
// CHROMIUM names the browser, `chromium` on the PATH otherwise. Without one only the links are checked.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { subpaths } from './entries.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = join(root, 'site');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html'));
/** Pages of the reference to look at, one of each kind. */
const reference = [
  'classes/longrunning.LROPoller.html',
  'classes/longrunning.PollingTimeoutError.html',
  'functions/longrunning_wait-for.waitFor.html',
  'hierarchy.html',
  'interfaces/longrunning.PollingOptions.html',
  'types/longrunning.CodeName.html',
  'variables/longrunning.Code.html',
];
/** The pages to look at: all guides and subpaths, and some of the reference. */
const pages = [...files.filter((file) => /^(index|modules)\.html$|^(documents|modules)\//.test(file)), ...reference];
/** The pages for axe: those of the reference, and guides with forms, plots, menus, wide tables, or code in many languages. */
const kinds =
  /^(index|modules)\.|Overview|Polling|Try_a|Recipes|Errors|Testing|Services|Durable|Browsers|Set-ups|_rest/;
/** The pages that the search finds first, by what a reader types. */
const searches = {
  jest: 'Testing_your_code',
  coalesce: 'Coalescing',
  retry: 'Polling',
  timeout: 'Polling',
  resume: 'Getting_started',
  cors: 'Browsers',
  bullmq: 'Durable_waits',
  mcp: 'Tasks_of_agents,_jobs_of_SDKs',
  webpack: 'Set-ups',
  cancel: 'Errors_and_outcomes',
  'error codes': 'Errors_and_outcomes',
  proxy: 'Set-ups',
  express: 'Status_routes',
  react: 'Recipes',
  lambda: 'Background_jobs',
  veo: 'Gemini_API_and_Veo',
  opentelemetry: 'OpenTelemetry',
  progress: 'Polling',
};
/** The questions of the landing page, with words that the section must have that each leads to. */
const answers = {
  'How do I know that my operation was cancelled?': 'error.cancelled</code> is true',
  'How do I cancel an operation?': 'cancel()</code> requests the end',
  'How do I stop waiting after 10 minutes?': 'totalTimeoutMs: 600_000',
  'What happens when my process restarts?': 'A wait ends with its process',
  'How many requests does a wait send?': 'requests</th>',
  'Which errors can promise() throw?': 'rejects with</th>',
  'How do I test code that waits?': 'OperationsEmulator',
  'How do I wait for the jobs of my own service?': 'Only <code>get</code> is required',
  'How do I use it in a page?': 'run in pages and',
};

const problems = [...deadLinks(), ...unanswered()];
console.log(`site: ${files.length} pages, ${problems.length} dead links or missing answers`);
const browser = findBrowser();
if (browser === undefined)
  console.log('site: SKIPPED the look at the pages, since there is no Chromium (CHROMIUM, PATH)');
else problems.push(...(await look(browser)));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const installed = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return [process.env.CHROMIUM ?? '', ...installed].find((file) => file !== '' && existsSync(file));
}

/** Links to files of the site, and fragments, that do not exist. */
function deadLinks(): string[] {
  const texts = new Map(files.map((file) => [file, readFileSync(join(site, file), 'utf8')]));
  const ids = new Map([...texts].map(([file, text]) => [file, new Set(matches(text, / id="([^"]*)"/g))]));
  return [...texts].flatMap(([file, text]) =>
    matches(text, /(?:href|src)="(?![a-z]+:)([^"]*)"/g).flatMap((link) => {
      const [path = '', fragment = ''] = link.replaceAll('&amp;', '&').split('#');
      const target = path === '' ? file : normalize(join(dirname(file), decodeURI(path)));
      const isDead =
        fragment === '' || !target.endsWith('.html')
          ? !existsSync(join(site, target))
          : !ids.get(target)?.has(decodeURIComponent(fragment));
      return isDead ? [`${file}: dead link ${link}`] : [];
    }),
  );
}

/** Questions of the landing page whose link leads to a section without the answer. */
function unanswered(): string[] {
  const landing = readFileSync(join(site, 'index.html'), 'utf8').replace(/<\/?code>/g, '');
  return Object.entries(answers).flatMap(([question, words]) => {
    const [, link = ''] =
      new RegExp(`<a href="([^"]*)"[^>]*>${question.replace(/[?()]/g, '\\$&')}</a>`).exec(landing) ?? [];
    const [path = '', fragment = ''] = link.split('#');
    const [, section = ''] = path === '' ? [] : readFileSync(join(site, path), 'utf8').split(` id="${fragment}"`);
    return section.split('<h2')[0]!.includes(words) ? [] : [`The landing page has no answer to: ${question}`];
  });
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, match]) => match!);
}

/** Looks at all pages. Returns the problems. */
async function look(executablePath: string): Promise<string[]> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const phone = await lookAtWidth(browser, 390, 844);
    return [...phone, ...(await lookAtWidth(browser, 1366, 768))];
  } finally {
    await browser.close();
  }
}

async function lookAtWidth(browser: Browser, width: number, height: number): Promise<string[]> {
  const found: string[] = [];
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('pageerror', (error) => found.push(`${page.url()}: ${error.message}`));
  for (const file of pages) {
    await open(page, file);
    const problems = [...(await misplaced(page)), ...(await illegible(page))];
    found.push(...problems.map((text) => `${file}, ${width} px: ${text}`));
    if (!kinds.test(file) && !reference.includes(file)) continue;
    found.push(...(await inaccessible(page)).map((text) => `${file}, ${width} px, ${text}`));
  }
  found.push(...(await navigation(page)), ...(await search(page)), ...(await chooseSchedule(page)));
  await page.close();
  console.log(`site: looked at ${pages.length} pages, ${width} px wide: ${found.length} problems`);
  return found;
}

async function open(page: Page, file: string): Promise<void> {
  await page.goto(pathToFileURL(join(site, file)).href);
  await page.waitForFunction('getComputedStyle(document.body).display !== "none"');
  await page.waitForSelector('#tsd-nav-container > li a', { state: 'attached' }); // the menu is filled by a script
}

/** What is wider than the page, or lies over a menu. Only code may be in a box that scrolls by itself. */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const found = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push('scrolls sideways: ' + scrollWidth + ' px');
    const menus = [...document.querySelectorAll('.site-menu, .page-menu')].map((menu) => menu.getBoundingClientRect());
    const scrolls = (element) => element && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    for (const element of document.querySelectorAll('.col-content :not(pre, pre *, .tsd-signature, .tsd-signature *)')) {
      if (element.scrollWidth <= element.clientWidth + 1 || !['auto', 'scroll'].includes(getComputedStyle(element).overflowX)) continue;
      found.push('scrolls in its box: ' + element.outerHTML.slice(0, 120));
    }
    for (const element of document.querySelectorAll('.col-content :is(table, td, th, pre, img, svg, p, li, input)')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || scrolls(element.parentElement)) continue;
      const isOver = menus.some((menu) => menu.width > 0 && box.left < menu.right - 1 && menu.left < box.right - 1);
      if (box.right > clientWidth + 1 || (clientWidth > 1000 && isOver)) {
        found.push('misplaced: ' + element.outerHTML.slice(0, 120));
      }
    }
    return found;
  })()`);
}

/** The figures whose smallest text has less than 8 px on a desktop, or 9 on a phone. */
async function illegible(page: Page): Promise<string[]> {
  const images = await page.evaluate<[file: string, width: number][]>(
    "[...document.querySelectorAll('.col-content img')].map((img) => [img.currentSrc, img.getBoundingClientRect().width])",
  );
  const minPx = page.viewportSize()!.width < 770 ? 9 : 8;
  return images.flatMap(([file, width]) => {
    const svg = readFileSync(fileURLToPath(file), 'utf8');
    const [, units] = /viewBox="\S+ \S+ (\S+)/.exec(svg)!;
    const smallest = Math.min(...matches(svg, /font-size="(\d+)"/g).map(Number));
    const px = (smallest * width) / Number(units);
    return px < minPx ? [`the text of ${file} is ${px.toFixed(1)} px high`] : [];
  });
}

/** The serious findings of axe, light and dark. */
async function inaccessible(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const findings = await page.evaluate<string[]>(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ', ' + nodes.length + ' times: ' + nodes[0].html.slice(0, 120)))`);
    found.push(...findings.map((text) => `${colorScheme}: ${text}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** The menu has the guides first, then the subpaths side by side. */
async function navigation(page: Page): Promise<string[]> {
  await open(page, 'documents/Polling.html');
  const menu = await page.evaluate<string[]>(
    "[...document.querySelectorAll('#tsd-nav-container > li')].map((item) => item.textContent.trim())",
  );
  const modules = subpaths().map(({ name }) => (name === 'index' ? 'longrunning' : `longrunning/${name}`));
  const found = menu.slice(-modules.length);
  const isComplete = menu[1] === 'Getting started' && modules.every((module) => found.includes(module));
  return isComplete ? [] : [`The menu is: ${menu.join(', ')}`];
}

async function search(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [term, title] of Object.entries(searches)) {
    await open(page, 'index.html');
    await page.click('#tsd-search-trigger');
    await page.fill('#tsd-search-input', term);
    await page.waitForSelector('#tsd-search-results a');
    const first = await page.evaluate<string>("document.querySelector('#tsd-search-results a').getAttribute('href')");
    if (!first.endsWith(`documents/${title}.html`)) found.push(`The search for '${term}' finds ${first} first`);
  }
  return found;
}

/** Fills the form by keyboard alone: each field is reached by Tab, and each choice changes the costs. */
async function chooseSchedule(page: Page): Promise<string[]> {
  await open(page, 'documents/Try_a_schedule.html');
  const costs = (): Promise<string | null> => page.textContent('#schedule-output');
  const found: string[] = [];
  await page.focus('#schedule-duration');
  for (const field of ['duration', 'unit', 'spread', 'price', 'multiplier', 'interval']) {
    const before = await costs();
    const focused = await page.evaluate<string>('document.activeElement.id');
    if (focused !== `schedule-${field}`) found.push(`Tab leads to ${focused}, not to the field ${field}`);
    if (field === 'unit') await page.keyboard.press('m');
    else await page.keyboard.type('7');
    if ((await costs()) === before) found.push(`The form of the schedule: ${field} has no effect`);
    await page.keyboard.press('Tab');
  }
  return /default\d/.test((await costs()) ?? '') ? found : [...found, 'The form of the schedule shows no costs'];
}
