import type { Request, Response } from 'express'
import { chooseLanguage, isLanguage, type Language } from '../i18n/languages.ts'
import { cookieOf } from './cookies.ts'

const choices = new WeakMap<Request, Language>()

/** The language that the buyer chose, now or earlier; otherwise the browser's first supported language. */
export function languageOf(req: Request): Language {
  const choice = choices.get(req)
  if (choice !== undefined) return choice
  const chosen = cookieOf(req, cookieName(req))
  return isLanguage(chosen) ? chosen : chooseLanguage(req.get('Accept-Language'))
}

/** Keeps the choice in a session cookie that contains only the language tag. */
export function rememberLanguage(res: Response, language: Language): void {
  const { secure } = res.req
  choices.set(res.req, language)
  res.cookie(cookieName(res.req), language, { httpOnly: true, sameSite: 'lax', secure, path: '/' })
}

/** The prefix prevents other hosts of the same domain from setting it. Browsers accept the prefix only over https. */
function cookieName({ secure }: Request): string {
  return secure ? '__Host-language' : 'language'
}
