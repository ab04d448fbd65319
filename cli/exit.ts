/** Exit statuses of the command line: scripts depend on them. */
export const Exit = { fine: 0, commandFailed: 1, wrongUsage: 2, cannotOpen: 3 } as const;
