import type { Request, Response } from 'express'
import { chooseLanguage, isLanguage, type Language } from '../i18n/languages.ts'

const choices = new WeakMap<Request, Language>()

/** The language that the buyer chose, in this request or earlier; else the first of the browser's languages that we have. */
export function languageOf(req: Request): Language {
  const choice = choices.get(req)
  if (choice !== undefined) return choice
  const chosen = /(?:^|;\s*)language=([\w-]+)/.exec(req.get('Cookie') ?? '')?.[1]
  return isLanguage(chosen) ? chosen : chooseLanguage(req.get('Accept-Language'))
}

/** Keeps the choice in a cookie until the browser is closed. The cookie holds only the language's tag. */
export function rememberLanguage(res: Response, language: Language): void {
  choices.set(res.req, language)
  res.cookie('language', language, { httpOnly: true, sameSite: 'lax', secure: res.req.secure, path: '/' })
}
