import type { Browser, Page } from 'playwright-core'

export type Measures = {
  /** The page and what it needs. The icon for the browser's tab, asked for once a day and after all else, is not counted. */
  readonly requests: number
  /** Headers and bodies as they went over the wire, of the page itself and of everything, the icon too. */
  readonly bytes: number
  /** Files that the first paint waits for. */
  readonly blocking: readonly string[]
  /** Cumulative layout shift. */
  readonly shift: number
  /** From the last byte of the page to the first text on the screen. */
  readonly paintAfterAnswerMs: number
}

/** What a first visit to the page costs, in a browser that has nothing of it yet. */
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

/** How far things jumped so far without anybody's doing; 0 is not at all. */
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
        // Two frames: what is about to move has moved, and the observer was told.
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
