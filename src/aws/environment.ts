/** The variables that the SDK and the HTTP client read. Hints use the same ones. */
export const environment: Readonly<Record<string, string | undefined>> = process.env
