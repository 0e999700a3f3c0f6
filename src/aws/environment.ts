/** The variables that the SDK and the HTTP client read by themselves. Hints look at the same ones. */
export const environment: Readonly<Record<string, string | undefined>> = process.env
