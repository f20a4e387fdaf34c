/** The last of a list. */
export const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1];
