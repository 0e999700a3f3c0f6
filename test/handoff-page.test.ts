import { load } from 'cheerio'
import { describe, expect, it } from 'vitest'
import { languages } from '../src/i18n/languages.ts'
import { createPages } from '../src/web/pages/pages.ts'
import { aBranding, aRegistration, render } from './support/pages.ts'

const input = {
  registration: aRegistration(),
  confirmation: null,
  typed: 'registered',
  now: aRegistration().landedAt,
} as const

describe.each(languages)('the last page in %s, with a way on', (language) => {
  it('has its button, its steps and nothing of the promise to get in touch', async () => {
    const [onward, ends] = await Promise.all(
      ['https://app.example.com/', null].map(async (handoffUrl) =>
        load(await render(createPages({ ...aBranding, handoffUrl }).complete(language, input))),
      ),
    )
    const steps = ($: typeof onward) => $?.('.card .list li').text() ?? ''
    expect(onward?.('main a.button:not(.quiet)').attr('href')).toBe('/registration/handoff')
    expect(onward?.('main a.button:not(.quiet)').text()).toContain(aBranding.productName)
    expect(onward?.('.card .list li')).toHaveLength(3)
    expect(steps(onward)).not.toContain('jane.doe@example.com')
    expect(onward?.html()).not.toMatch(/\{\w+\}/)
    expect(steps(ends)).toContain('jane.doe@example.com')
    expect(ends?.('a[href="/registration/handoff"]')).toHaveLength(0)
  })
})
