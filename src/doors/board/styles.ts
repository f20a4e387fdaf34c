/** The board's style sheet and its address, which changes with it. */
import { createHash } from 'node:crypto';
import { BASE_CSS } from './styles-base.js';
import { PIECES_CSS } from './styles-pieces.js';
import { plotCss } from './styles-plots.js';

export const STYLES: string = [BASE_CSS, PIECES_CSS, plotCss()].join('\n');

/** Kept by browsers for ever: another sheet has another address. */
export const STYLES_PATH: string = `/tavla/stil-${createHash('sha256').update(STYLES).digest('hex').slice(0, 12)}.css`;
