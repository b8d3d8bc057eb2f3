/** The clock of every test consortium, in Unix milliseconds. */
export const TEST_NOW = Date.UTC(2026, 5, 30)
