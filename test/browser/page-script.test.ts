import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { openSite, type Site } from '../support/site.ts'

let site: Site
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  site = await openSite()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
  site.close()
})

beforeEach(async () => {
  context = await browser.newContext()
  page = await context.newPage()
})

afterEach(async () => {
  await context.close()
})

const typed = { email: 'jane@example.com', name: 'Jane', company: 'Example', phone: '+1 206' }

async function type() {
  for (const [name, value] of Object.entries(typed)) await page.fill(`#${name}`, value)
}

async function values() {
  const entries = Object.keys(typed).map(async (name) => [name, await page.inputValue(`#${name}`)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

describe('while AWS is confirming the subscription, the last page', () => {
  async function openAwaited() {
    await page.clock.install()
    await page.goto(site.address('complete', 'en'))
    let looks = 0
    let answer = await (await fetch(site.address('complete', 'en'))).text()
    await page.route('**/en/complete', async (route) => {
      looks += 1
      await route.fulfill({ body: answer, contentType: 'text/html' })
    })
    return {
      looks: () => looks,
      answerWith: async (name: string) => {
        answer = await (await fetch(site.address(name, 'en'))).text()
      },
    }
  }

  it('the last page shows AWS’s confirmation by itself and stops polling', async () => {
    const { looks, answerWith } = await openAwaited()
    expect(await page.textContent('[data-confirmation]')).toContain('AWS is finishing the confirmation')
    await page.clock.runFor(15_000)
    await expect.poll(looks).toBe(1)
    await answerWith('complete-late')
    await page.clock.runFor(15_000)
    await page.getByText('AWS has confirmed your subscription.').first().waitFor()
    expect(await page.textContent('[role=status]')).toBe('AWS has confirmed your subscription.')
    await page.clock.runFor(60_000)
    expect(looks()).toBe(2)
  })

  it('the last page polls 20 times at most', async () => {
    const { looks } = await openAwaited()
    for (let minute = 0; minute < 10; minute += 1) await page.clock.runFor(60_000)
    await expect.poll(looks).toBe(20)
  })

  it('the last page stops polling if the response is another page', async () => {
    const { looks, answerWith } = await openAwaited()
    await answerWith('session-expired')
    await page.clock.runFor(15_000)
    await expect.poll(looks).toBe(1)
    // The script reads the answer.
    await page.waitForTimeout(500)
    await page.clock.runFor(60_000)
    expect(looks()).toBe(1)
    expect(await page.textContent('[data-confirmation]')).toContain('AWS is finishing the confirmation')
  })
})

it('the link at the top opens and closes the languages, also without the script', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  const noScript = await plain.newPage()
  await noScript.goto(site.address('registration', 'en'))
  const scrolled = () => noScript.locator('h1').boundingBox()
  const before = await scrolled()
  await noScript.click('.to-languages')
  const languages = await noScript.locator('#languages').boundingBox()
  expect(languages?.y).toBeLessThan(100)
  expect(await scrolled()).toEqual(before)
  expect(await noScript.locator('#languages button').last().isVisible()).toBe(true)
  await noScript.click('#languages .close')
  expect((await noScript.locator('#languages').boundingBox())?.y).toBeGreaterThan(700)
  await plain.close()
})

describe('the button', () => {
  it('a button that is pressed several times submits the form once', async () => {
    let posts = 0
    await page.route('**/registration', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      posts++
      await new Promise((resolve) => setTimeout(resolve, 600))
      return route.fulfill({ body: 'sent', contentType: 'text/html' })
    })
    await page.goto(site.address('registration', 'en'))
    await type()
    await page.evaluate(() => {
      const press = () => document.querySelector<HTMLElement>('#registration-form p .button')?.click()
      // The browser merges two immediate presses, so the second one comes while the first request is in flight.
      for (const afterMs of [0, 200]) setTimeout(press, afterMs)
    })
    await page.waitForFunction(() => document.body.textContent === 'sent')
    expect(posts).toBe(1)
  })

  it('a pressed language button still submits its language', async () => {
    const sent: string[] = []
    await page.route('**/language', (route) => {
      sent.push(route.request().postData() ?? '')
      return route.fulfill({ body: 'sent' })
    })
    await page.goto(site.address('registration', 'en'))
    await page.fill('#name', 'Jane')
    await page.click('button[value=de]')
    await page.waitForURL('**/language')
    expect(Object.fromEntries(new URLSearchParams(sent[0]))).toMatchObject({
      page: 'registration',
      language: 'de',
      name: 'Jane',
    })
  })

  it('a button can be pressed again after going back', async () => {
    await page.route('**/registration', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ body: 'sent', contentType: 'text/html' })
        : route.continue(),
    )
    await page.goto(site.address('registration', 'en'))
    await page.click('#registration-form .button:not(.quiet)')
    await page.waitForFunction(() => document.body.textContent === 'sent')
    await page.goBack()
    expect(await page.getAttribute('#registration-form .button:not(.quiet)', 'aria-disabled')).toBeNull()
  })
})

describe('the pressed button', () => {
  it('a pressed button announces that it is sending until the page is back', async () => {
    await page.route('**/registration', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      await new Promise((resolve) => setTimeout(resolve, 600))
      return route.fulfill({ body: 'sent', contentType: 'text/html' })
    })
    await page.goto(site.address('registration', 'de'))
    // Read inside the page, because from outside the browser responds only after the next page has loaded.
    const texts = await page.evaluate(() => {
      const button = document.querySelector<HTMLElement>('#registration-form p .button')
      button?.click()
      return [button, document.querySelector('[role=status][data-status]')].map((element) => element?.textContent)
    })
    expect(texts).toEqual(['Wird gesendet\u00a0…', 'Wird gesendet\u00a0…'])
    await page.waitForFunction(() => document.body.textContent === 'sent')
    await page.goBack()
    expect(await page.textContent('#registration-form p .button')).toBe('Registrierung abschließen')
  })
})

describe('an instant', () => {
  it.each([
    ['America/New_York', 'November 24, 2026 at 11:00 AM EST'],
    ['Asia/Kolkata', 'November 24, 2026 at 9:30 PM GMT+5:30'],
    ['America/Sao_Paulo', 'November 24, 2026 at 1:00 PM GMT\u22123'],
  ])('an instant is shown in the time zone of the buyer, %s', async (timezoneId, promised) => {
    const abroad = await browser.newContext({ timezoneId, locale: 'en-US' })
    const visit = await abroad.newPage()
    await visit.goto(site.address('complete', 'en'))
    expect((await visit.textContent('.list time'))?.replaceAll(/\s/g, ' ')).toBe(promised)
    await abroad.close()
  })
})

describe('the reference', () => {
  it.each(['token-expired', 'complete'])('the reference of %s is copied by its button', async (name) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(site.address(name, 'en'))
    await page.click('.copy')
    await page.waitForFunction(() => document.querySelector('.copy')?.textContent === 'Copied')
    expect(await page.textContent('[data-status]')).toBe('Copied')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await page.textContent('[data-reference]'))
  })

  it('the reference has no copy button without the script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const visit = await plain.newPage()
    await visit.goto(site.address('token-expired', 'en'))
    expect(await visit.isVisible('.copy')).toBe(false)
    await plain.close()
  })
})

describe('the Try again page', () => {
  it('the Try again page counts down and then announces that the time has come', async () => {
    await page.clock.install()
    await page.goto(site.address('marketplace-busy', 'en'))
    expect(await page.textContent('[data-wait]')).toMatch(/^You can try again in (?:10|9) seconds\.$/)
    expect(await page.isDisabled('#retry-form .button')).toBe(true)
    await page.clock.runFor(8_000)
    expect(await page.textContent('[data-wait]')).toMatch(/^You can try again in [12] seconds?\.$/)
    await page.clock.runFor(3_000)
    expect(await page.textContent('[data-over]')).toBe('You can try again now.')
    expect(await page.isVisible('[data-wait]')).toBe(false)
    expect(await page.isDisabled('#retry-form .button')).toBe(false)
  })
})

it('a field that is named like a method breaks nothing', async () => {
  const names = ['addEventListener', 'querySelector', 'querySelectorAll', 'closest', 'getAttribute', 'submit', 'method']
  const fields = names.map((name) => `<input type="hidden" name="${name}" value="x">`).join('')
  await page.route('**/en/marketplace-busy', async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replace(/<form id="retry-form"[^>]*>/, `$&${fields}`)
    await route.fulfill({ response: answer, body })
  })
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  await page.clock.install()
  await page.goto(site.address('marketplace-busy', 'en'))
  expect(await page.isDisabled('#retry-form .button')).toBe(true)
  await page.clock.runFor(11_000)
  await page.route('**/*', () => undefined)
  // A press is handled at once. The next page never comes.
  const marked = await page.evaluate(() => {
    const button = document.querySelector<HTMLElement>('#retry-form .button')
    button?.click()
    return button?.getAttribute('aria-disabled')
  })
  expect(marked).toBe('true')
  expect(errors).toEqual([])
})

describe('what was typed', () => {
  it('typed values are offered again in the same tab, and can be cleared', async () => {
    await page.goto(site.address('registration', 'en'))
    await type()
    await page.goto(site.address('registration', 'de'))
    expect(await values()).toEqual(typed)
    expect(await page.isVisible('[data-restored]')).toBe(true)
    await page.click('[data-restored] button')
    expect(await values()).toEqual({ email: '', name: '', company: '', phone: '' })
    await page.reload()
    expect(await page.isVisible('[data-restored]')).toBe(false)
  })

  it.each(['complete', 'session-expired'])('typed values are removed on the page %s', async (name) => {
    await page.goto(site.address('registration', 'en'))
    await type()
    await page.goto(site.address(name, 'en'))
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    await page.goto(site.address('registration', 'en'))
    expect((await values())['email']).toBe('')
  })

  it('typed values are not available in another tab', async () => {
    await page.goto(site.address('registration', 'en'))
    await type()
    const other = await context.newPage()
    await other.goto(site.address('registration', 'en'))
    expect(await other.inputValue('#email')).toBe('')
  })

  it('typed values are never filled into the form of another purchase', async () => {
    await page.goto(site.address('registration', 'en'))
    await type()
    await page.route('**/de/registration', async (route) => {
      const answer = await route.fetch()
      const body = (await answer.text()).replace(/(name="registration" value=")[^"]+/, '$1another-registration')
      await route.fulfill({ response: answer, body })
    })
    await page.goto(site.address('registration', 'de'))
    expect(await page.getAttribute('[name=registration]', 'value')).toBe('another-registration')
    expect(await values()).toEqual({ email: '', name: '', company: '', phone: '' })
    expect(await page.isVisible('[data-restored]')).toBe(false)
    await page.goto(site.address('registration', 'en'))
    expect(await values()).toEqual(typed)
  })

  it('typed values are removed by leaving', async () => {
    await page.route('**/registration/leave', (route) => route.fulfill({ body: 'left', contentType: 'text/html' }))
    await page.goto(site.address('registration', 'en'))
    await type()
    await page.click('form.leave button')
    await page.waitForFunction(() => document.body.textContent === 'left')
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  it('values from the server take precedence over typed values', async () => {
    await page.goto(site.address('registration', 'en'))
    await type()
    await page.goto(site.address('invalid-fields', 'en'))
    expect(await page.inputValue('#email')).toBe('jane.doe')
    expect(await page.inputValue('#name')).toBe('')
  })
})

it('the Try again button works without JavaScript', async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false })
  const visit = await plain.newPage()
  await visit.goto(site.address('marketplace-busy', 'en'))
  expect(await visit.isEnabled('#retry-form .button')).toBe(true)
  await plain.close()
})
