import type { Browser, Page } from 'playwright-core'

export type Measures = {
  /** Requests for the page and its files, without the tab's icon, which is requested last and once a day. */
  readonly requests: number
  /** Transferred bytes of headers and bodies: of the page, and of everything including the icon. */
  readonly bytes: number
  /** Files that block the first paint. */
  readonly blocking: readonly string[]
  /** Cumulative layout shift. */
  readonly shift: number
  /** The time from the last byte of the page to the first text on the screen. */
  readonly paintAfterAnswerMs: number
}

/** Measures the first load of a page with an empty cache. */
export async function measureFirstVisit(browser: Browser, address: string, width: number): Promise<Measures> {
  const context = await browser.newContext({ viewport: { width, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(address, { waitUntil: 'load' })
    return { ...(await page.evaluate(readTimings)), shift: await layoutShift(page) }
  } finally {
    await context.close()
  }
}

/** The cumulative layout shift so far. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let shift = 0
        const add = (entries: readonly PerformanceEntry[]) => {
          for (const entry of entries) shift += (entry as PerformanceEntry & { readonly value: number }).value
        }
        const observer = new PerformanceObserver((list) => {
          add(list.getEntries())
        })
        observer.observe({ type: 'layout-shift', buffered: true })
        // Wait two frames, so that the observer has received all shifts.
        requestAnimationFrame(() => {
          requestAnimationFrame(() => {
            setTimeout(() => {
              add(observer.takeRecords())
              resolve(shift)
            })
          })
        })
      }),
  )
}

/** Runs in the page, once it has loaded. Resolves when there is something to see. */
function readTimings(): Promise<Omit<Measures, 'shift'>> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const paint = list.getEntriesByName('first-contentful-paint')[0]
      const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined
      if (paint === undefined || navigation === undefined) return
      const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
      const blocking = resources.filter(
        (file) => 'renderBlockingStatus' in file && file.renderBlockingStatus === 'blocking',
      )
      resolve({
        requests: 1 + resources.filter(({ name }) => !new URL(name).pathname.endsWith('/icon.svg')).length,
        bytes: [navigation, ...resources].reduce((sum, { transferSize }) => sum + transferSize, 0),
        blocking: blocking.map(({ name }) => new URL(name).pathname),
        paintAfterAnswerMs: paint.startTime - navigation.responseEnd,
      })
    }).observe({ type: 'paint', buffered: true })
  })
}
