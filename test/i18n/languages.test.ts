import { describe, expect, it } from 'vitest'
import { catalogs, chooseLanguage, fill, languages } from '../../src/i18n/languages.ts'
import { currentFingerprints, outdated, readFingerprints, sentences, translated } from '../support/translations.ts'

describe('the language of a visit', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['de-CH, fr;q=0.9', 'de'],
    ['nl, fr;q=0.8, en;q=0.9', 'en'],
    ['nl;q=1, fr;q=0.9, de;q=0.95', 'de'],
    ['fr;q=0, es', 'es'],
    ['PT', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['zh', 'zh-CN'],
    ['zh-Hans-SG', 'zh-CN'],
    ['zh-TW, ja;q=0.5', 'ja'],
    ['zh-Hant', 'en'],
    ['zh-Hans-HK', 'zh-CN'],
    ['ko-KR,ko;q=0.9', 'ko'],
    ['de;q=nonsense, ja', 'ja'],
    [`${'x,'.repeat(5000)}de`, 'en'],
  ])('reads Accept-Language %j as %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language)
  })
})

describe('the catalogs', () => {
  const english = sentences(catalogs.en)

  /** Where another language's word or pattern happens to be English's. */
  const sameAsEnglish: Readonly<Record<string, readonly string[]>> = {
    de: ['layout.title', 'layout.labeled', 'registration.optional', 'unnamed.layout.title'],
    es: ['layout.title', 'layout.errorTitle', 'layout.labeled', 'unnamed.layout.title'],
    fr: ['layout.title', 'unnamed.layout.title'],
    ja: ['layout.title', 'layout.labeled', 'unnamed.layout.title'],
    ko: ['layout.title', 'layout.labeled', 'unnamed.layout.title'],
    'pt-BR': ['layout.title', 'layout.labeled', 'unnamed.layout.title'],
    'zh-CN': ['layout.title', 'unnamed.layout.title'],
  }

  it.each(translated)('have every sentence in %s', (language) => {
    expect(Object.keys(sentences(catalogs[language]))).toEqual(Object.keys(english))
  })

  it.each(translated)('leave nothing in English in %s', (language) => {
    const same = Object.entries(sentences(catalogs[language])).filter(([key, text]) => text === english[key])
    expect(same.map(([key]) => key)).toEqual(sameAsEnglish[language])
  })

  it.each(translated)('have the same placeholders in %s', (language) => {
    for (const [key, text] of Object.entries(sentences(catalogs[language])))
      expect([key, placeholders(text)]).toEqual([key, placeholders(english[key] ?? '')])
  })

  it.each(translated)('name the buttons as AWS shows them in English too, in %s', (language) => {
    expect(catalogs[language].marketplace.manageSubscriptions).toContain('(Manage subscriptions)')
    expect(catalogs[language].marketplace.setUpYourAccount).toContain('(Set up your account)')
  })

  it.each(translated)('quote the button in sentences as on the way back, in %s', (language) => {
    const button = catalogs[language].marketplace.setUpYourAccount.replace(/ \(.*/, '')
    const quoting = Object.entries(english).filter(([, text]) => text.includes('“Set up your account”'))
    expect(quoting.length).toBeGreaterThan(8)
    for (const [key] of quoting) expect(sentences(catalogs[language])[key]).toContain(button)
  })

  it.each(translated)('were translated from the English there is now, in %s', (language) => {
    const stored = readFingerprints(language)
    const current = currentFingerprints(language)
    const changed = Object.keys(current).filter((key) => stored[key] !== current[key])
    expect(changed, 'translate these keys, then run `npm run translated`').toEqual([])
    expect(Object.keys(stored)).toEqual(Object.keys(current))
  })

  it('are outdated where the English changed and the translation did not', () => {
    expect(
      outdated({ a: 'en1 de1', b: 'en2 de2', c: 'en3 de3' }, { a: 'en9 de1', b: 'en9 de9', c: 'en3 de3' }),
    ).toEqual(['a'])
  })

  it.each(languages)('keep “AWS Marketplace” in one line of a heading, in %s', (language) => {
    for (const [key, text] of Object.entries(sentences(catalogs[language])))
      if (/(?:^|\.)(?:title|\w+Title)$/.test(key)) expect([key, text.includes('AWS Marketplace')]).toEqual([key, false])
  })

  it.each(['ja', 'zh-CN'] as const)('have no space after a full stop in %s', (language) => {
    for (const text of Object.values(sentences(catalogs[language]))) expect(text).not.toMatch(/。\s/)
  })

  it('keep French marks on the line of their word', () => {
    for (const text of Object.values(sentences(catalogs.fr))) expect(text).not.toMatch(/ [?:;»]|« /)
  })

  it.each(languages)('shout nowhere and end sentences once, in %s', (language) => {
    for (const text of Object.values(sentences(catalogs[language]))) {
      expect(text).not.toMatch(/[!！¡]|\.\.|。。|undefined/)
      expect(text).toBe(text.trim())
    }
  })

  it('speak no jargon in English', () => {
    for (const text of Object.values(english))
      expect(text).not.toMatch(/\b(token|API|region|session|server|database|request|HTTP|ARN|IAM|URL|invalid)\b/i)
  })

  it.each(languages)('promise no lifetime of a link in %s', (language) => {
    for (const [key, text] of Object.entries(sentences(catalogs[language])))
      if (key.startsWith('failures.')) expect(text).not.toMatch(/\d/)
  })
})

describe('filling in', () => {
  it('puts values in their places', () => {
    expect(fill('{product} by {seller}, {product}', { product: 'A', seller: '$& B' })).toBe('A by $& B, A')
  })

  it('refuses a name without a value', () => {
    expect(() => fill('{nobody}', {})).toThrow('{nobody}')
  })
})

function placeholders(text: string): readonly string[] {
  return [...new Set(text.match(/\{\w+\}/g))].sort()
}
