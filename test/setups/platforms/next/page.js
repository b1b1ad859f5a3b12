'use client';
// A client component: its module is loaded in pages and, to prerender it, on the server.
import { useEffect, useState } from 'react';
import { wait } from './wait.js';

export default function Page() {
  const [text, setText] = useState('waiting');
  useEffect(() => void wait().then(setText), []);
  return <p>{text}</p>;
}
