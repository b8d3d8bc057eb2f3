/** Lets tests use variable-time groups (P-256) with private keys. */
export const ANY_ARITHMETIC = { allowVariableTime: true } as const
