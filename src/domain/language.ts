/** The languages of pages and mails, as BCP 47 tags. */
export const languages = ['en', 'de', 'es', 'fr', 'ja', 'ko', 'pt-BR', 'zh-CN'] as const
export type Language = (typeof languages)[number]
