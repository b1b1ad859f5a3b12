/** The memory and the time of the processor that this process has used. */
export function usage(): { rssMb: number; cpuS: number } {
  const { user, system } = process.cpuUsage();
  return { rssMb: process.memoryUsage.rss() / 1e6, cpuS: (user + system) / 1e6 };
}
