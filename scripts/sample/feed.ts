/** The whole sample month as one feed: every story's lines in the order in which they are sent. */

import { billedStays } from './billed.js';
import { specialStays } from './special.js';
import type { FeedLine, Story } from './story.js';

/** The feed's text (JSONL), from the CSV of the agreement's examples. The same every time. */
export function sampleMonth(csv: string): string {
  const lines = inOrder([...billedStays(csv), ...specialStays()]);
  return `${lines.map(({ line }) => JSON.stringify(line)).join('\n')}\n`;
}

function inOrder(stories: Story[]): FeedLine[] {
  const all = stories.flatMap((story) => story.lines);
  // Sorting is stable: two acts at the same moment stay in the order in which they were told.
  return all.sort((a, b) => a.sentAt - b.sentAt);
}
