import type { Request, Response } from 'express'
import { chooseLanguage, isLanguage, type Language } from '../i18n/languages.ts'

const choices = new WeakMap<Request, Language>()

/** The buyer's choice, by this very request or earlier on this visit, else the first of the browser's languages that we speak. */
export function languageOf(req: Request): Language {
  const choice = choices.get(req)
  if (choice !== undefined) return choice
  const chosen = /(?:^|;\s*)language=([\w-]+)/.exec(req.get('Cookie') ?? '')?.[1]
  return isLanguage(chosen) ? chosen : chooseLanguage(req.get('Accept-Language'))
}

/** Keeps the choice for the visit: until the browser is closed. It holds nothing but the language's tag. */
export function rememberLanguage(res: Response, language: Language): void {
  choices.set(res.req, language)
  res.cookie('language', language, { httpOnly: true, sameSite: 'lax', secure: res.req.secure, path: '/' })
}
