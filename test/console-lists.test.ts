import { describe, expect, it } from 'vitest'
import request from 'supertest'
import { aConsole, subscription } from './support/console.ts'
import { contact } from './support/browse.ts'
import { page } from './support/page.ts'

const named = (company: string) => ({ form: { ...contact, company } })

describe('the lists of the console', () => {
  it('the console lists waiting buyers, overdue ones first by the promise of each product', async () => {
    const { buyer, later, titles } = await aConsole()
    await buyer({ ...named('Backup 1'), product: 'backup' })
    later(1)
    await buyer(named('Analytics 1'))
    later(30)
    await buyer(named('Analytics 2'))
    expect(await titles('')).toEqual(['Analytics 1', 'Backup 1', 'Analytics 2'])
  })

  it('the console lists show the promised time or the time overdue', async () => {
    const { buyer, later, get } = await aConsole()
    await buyer(named('First'))
    later(25)
    await buyer(named('Second'))
    const { texts } = await get('')
    expect(texts('.rows .standing')).toEqual([
      'Overdue Promised by Nov 24, 2026, 10:00 UTC',
      'Waiting Promised by Nov 25, 2026, 11:00 UTC',
    ])
  })

  it('the console counts the promised time from the start of a subscription that starts later', async () => {
    const { buyer, later, get, execute } = await aConsole()
    const { license, reference } = await buyer(named('Scheduled'))
    await execute(subscription(license, 'scheduled', { starts_at: '2026-11-25T09:30:00.000Z' }))
    later(40)
    const waiting = 'Waiting Promised by Nov 26, 2026, 10:00 UTC'
    expect((await get('')).texts('.rows .standing')).toEqual([waiting])
    expect((await get(`/registrations/${reference}`)).texts('.standing')).toEqual([waiting])
    later(40)
    expect((await get('')).texts('.rows .standing')).toEqual(['Overdue Promised by Nov 26, 2026, 10:00 UTC'])
  })

  it('the console says that the subscription of a waiting buyer is ending', async () => {
    const { buyer, get, execute } = await aConsole()
    const { license, reference } = await buyer(named('Canceled'))
    const renewed = await buyer(named('Renewed and canceled'))
    await execute(subscription(license, 'ending'))
    await execute(subscription(renewed.license, 'superseded', { initial_agreement_id: 'agmt-first' }))
    await execute(subscription('l-next', 'ending', { initial_agreement_id: 'agmt-first' }))
    const ending = 'Subscription ending Registered Nov 23, 2026, 09:30 UTC'
    expect((await get('')).texts('.rows .standing')).toEqual([ending, ending])
    expect((await get(`/registrations/${reference}`)).texts('.standing')).toEqual([ending])
  })

  it('the console shows no promised time for a product with a handoff', async () => {
    const handoff = {
      HANDOFF_URL: 'https://app.example.com/welcome',
      HANDOFF_SECRET: 'a-secret-of-at-least-thirty-two-characters',
    }
    const { buyer, later, get } = await aConsole({ env: handoff })
    await buyer(named('First'))
    expect((await get('')).texts('.rows .standing')).toEqual(['Waiting Registered Nov 23, 2026, 09:30 UTC'])
    later(30)
    expect((await get('')).texts('.rows .standing')).toEqual(['Overdue Registered Nov 23, 2026, 09:30 UTC'])
  })

  it('the waiting list omits buyers with ready access or an ended subscription', async () => {
    const { buyer, post, execute, titles } = await aConsole()
    const ready = await buyer(named('Ready'))
    const ended = await buyer(named('Ended'))
    const renewed = await buyer(named('Renewed and ended'))
    await buyer(named('Waits'))
    await post(`/registrations/${ready.reference}/ready`)
    await execute(subscription(ended.license, 'ended'))
    await execute(subscription(renewed.license, 'superseded', { initial_agreement_id: 'agmt-first' }))
    await execute(subscription('l-next', 'ended', { initial_agreement_id: 'agmt-first' }))
    expect(await titles('')).toEqual(['Waits'])
    expect(await titles('?list=ended')).toEqual(['Renewed and ended', 'Ended'])
    expect(await titles('?list=all')).toHaveLength(4)
  })

  it('the console lists unfinished registrations', async () => {
    const { buyer, titles } = await aConsole()
    await buyer(named('Registered'))
    await buyer({ account: '210987654321', form: null })
    expect(await titles('?list=unfinished')).toEqual(['AWS account 210987654321'])
  })

  it('the console lists agreements without a registration and finds them by account and agreement', async () => {
    const { buyer, execute, get, titles } = await aConsole()
    const { license } = await buyer()
    await execute(subscription(license, 'active'))
    await execute(subscription('l-lost', 'active', { aws_account_id: '210987654321' }))
    expect(await titles('?list=unregistered')).toEqual(['AWS account 210987654321'])
    expect((await get('?list=unregistered')).texts('.rows .line')).toContain('Agreement agmt-l-lost')
    for (const term of ['210987654321', '2109-8765-4321', 'agmt-l-lost', 'l-lost'])
      expect([term, await titles(`?list=unregistered&q=${term}`)]).toEqual([term, ['AWS account 210987654321']])
    expect(await titles('?list=unregistered&q=123456789012')).toEqual([])
  })

  it('a search without a list finds registrations and agreements of all lists', async () => {
    const { buyer, post, execute, get, titles } = await aConsole()
    const ready = await buyer(named('Ready buyer'))
    await post(`/registrations/${ready.reference}/ready`)
    await execute(subscription('l-lost', 'active', { aws_account_id: '210987654321' }))
    expect((await get('?list=ended')).$('.search [name=list]')).toHaveLength(0)
    expect(await titles('?open=ended&q=Ready')).toEqual(['Ready buyer'])
    expect(await titles(`?open=waiting&q=${ready.reference}`)).toEqual(['Ready buyer'])
    expect(await titles('?open=waiting&q=agmt-l-lost')).toEqual(['AWS account 210987654321'])
    expect(await titles('?list=waiting&q=Ready')).toEqual([])
    expect((await get('?open=ended&q=&product=analytics')).$('.tabs [aria-current=page]').text()).toContain('Ended')
  })

  it('a search for an unknown reference names the place of the reference of a failure page', async () => {
    const { get } = await aConsole()
    expect((await get('?q=7k3m9qxw2pab')).text).toContain(
      'No registration has the reference 7K3M-9QXW-2PAB. The reference on a failure page is only in the log: see docs/reference.md, “One buyer”.',
    )
  })

  it('the page of a registration shows when the handoff was redeemed', async () => {
    const handoff = {
      HANDOFF_URL: 'https://app.example.com/welcome',
      HANDOFF_SECRET: 'a-secret-of-at-least-thirty-two-characters',
    }
    const { buyer, execute, get } = await aConsole({ env: handoff })
    const { reference } = await buyer()
    const here = `/registrations/${reference}`
    expect((await get(here)).text).toContain('Handoff redeemedNot yet')
    await execute(`insert into handoffs (registration_id, redeemed_at)
      select id, '2026-11-23T10:15:00.000Z' from registrations where reference = '${reference}'`)
    expect((await get(here)).text).toContain('Handoff redeemedNov 23, 2026, 10:15 UTC')
  })

  it('the console filters every list and count by product', async () => {
    const { buyer, get, titles } = await aConsole()
    await buyer(named('A'))
    await buyer({ ...named('B'), product: 'backup' })
    for (const list of ['waiting', 'all']) expect(await titles(`?list=${list}&product=backup`)).toEqual(['B'])
    expect((await get('?product=backup')).texts('.tiles dd')).toEqual(['1', '1', '0', '1', '0'])
    expect((await get('')).texts('.tiles dd')).toEqual(['2', '2', '0', '2', '0'])
  })

  it('the console shows the count of each list, and each step by day', async () => {
    const { buyer, later, post, get } = await aConsole()
    const { reference } = await buyer(named('A'))
    await buyer({ form: null })
    later(24)
    await post(`/registrations/${reference}/ready`)
    const { texts, $ } = await get('')
    expect(texts('.tabs a')).toEqual(['Waiting 0', 'Did not finish 1', 'Paid, never landed 0', 'Ended 0', 'All 2'])
    expect(texts('.chart tbody tr').slice(0, 3)).toEqual(['2026-11-24001', '2026-11-23210', '2026-11-22000'])
    expect(texts('.chart tbody tr')).toHaveLength(30)
    expect($('.chart svg rect')).toHaveLength(3)
  })

  it('console lists have pages without gaps or repetitions', async () => {
    const { buyer, later, get, execute } = await aConsole()
    for (let n = 0; n < 53; n += 1) {
      await buyer(named(`Company ${String(n).padStart(2, '0')}`))
      if (n === 20) later(48)
      await execute(subscription(`l-lost-${String(n)}`, 'active'))
    }
    for (const list of ['waiting', 'all', 'unregistered']) {
      const first = await get(`?list=${list}`)
      const next = first.$('a[rel=next]').attr('href') ?? ''
      const second = await get(next.replace('/console', ''))
      const all = [...first.texts('.rows li'), ...second.texts('.rows li')]
      expect([list, first.texts('.rows li').length, all.length, new Set(all).size]).toEqual([list, 50, 53, 53])
      expect(second.$('a[rel=next]')).toHaveLength(0)
    }
  })

  it('the console ignores an invalid cursor, list or product', async () => {
    const { buyer, titles } = await aConsole()
    await buyer(named('A'))
    for (const query of ['?after=nonsense', '?list=nonsense', '?product=nonsense', '?list=waiting&list=all', '?q=%00'])
      expect([query, (await titles(query)).length]).toEqual([query, 1])
  })
})

describe('the CSV of a list', () => {
  it('the console’s CSV has the filtered list, a column for each own field, and no formula', async () => {
    const { buyer, get, log } = await aConsole()
    for (let n = 0; n < 51; n += 1)
      await buyer({ form: { ...contact, company: `=Formula ${String(n)}`, region: n === 50 ? 'us' : 'eu' } })
    await buyer({ ...named('Other'), product: 'backup' })
    const { answer } = await get('/export.csv?list=all&product=analytics')
    const [header = '', ...lines] = answer.text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(51)
    expect(header.split(',').slice(-2)).toEqual(['updated_at', 'fields.region'])
    expect(lines[0]).toContain(`"'=Formula 50"`)
    expect([lines[0]?.endsWith(',us'), lines[1]?.endsWith(',eu')]).toEqual([true, true])
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="registrations-all-2026-11-23.csv"')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(log.events('console.action')).toMatchObject([{ actor: 'console', action: 'export', list: 'all' }])
  })

  it('the console’s CSV has the agreements without a registration', async () => {
    const { execute, get } = await aConsole()
    await execute(subscription('l-lost', 'active', { aws_account_id: '210987654321', product_id: 'prod-1' }))
    expect((await get('/export.csv?list=unregistered')).answer.text).toBe(
      'agreement_id,aws_account_id,license_arn,product_id\r\n' +
        'agmt-l-lost,210987654321,arn:aws:license-manager::294406891311:license:l-lost,prod-1\r\n',
    )
  })
})

describe('the console', () => {
  const markup = '"><script>alert(1)</script><img src=x onerror=alert(1)>'

  it('the console shows markup that a buyer typed as text', async () => {
    const { buyer, get } = await aConsole()
    const text = { name: `N${markup}`, company: `C${markup}`, phone: '+1 206 555 0100', email: contact.email }
    const { reference } = await buyer({ form: text })
    const here = `/registrations/${reference}`
    for (const path of ['', `?q=${encodeURIComponent(markup)}`, here, `${here}/ready`, `${here}/erase`]) {
      const { answer, $ } = await get(path)
      expect([path, answer.text.includes('<script>alert'), $('img').length, $('script').length]).toEqual([
        ...[path, false, 0, 0],
      ])
    }
  })

  it('the console neither reads nor sets the buyers’ cookies', async () => {
    const { app, buyer } = await aConsole()
    const { cookie, reference } = await buyer()
    const answer = await request(app)
      .get(`/console/registrations/${reference}`)
      .set({ Host: 'evil.example.com', Cookie: cookie })
    expect([answer.status, page(answer.text).name]).toEqual([403, 'console-refused'])
    expect((await request(app).get('/console').set('Cookie', cookie)).headers['set-cookie']).toBeUndefined()
  })

  it('the console has its own pages for an unknown reference, path and method', async () => {
    const { app, get } = await aConsole()
    for (const path of [
      '/registrations/7K3M-9QXW-2PAB',
      '/registrations/%27%22',
      '/nothing',
      '/registrations/x/nothing',
    ])
      expect([(await get(path)).status, (await get(path)).name]).toEqual([404, 'console-not-found'])
    const answer = await request(app).delete('/console/registrations/7K3M-9QXW-2PAB')
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })

  it('console failures show no cause and do not affect buyers', async () => {
    const { app, get, log, execute } = await aConsole()
    await execute('alter table subscriptions rename column state to gone')
    const { status, name, text } = await get('')
    expect([status, name]).toEqual([500, 'console-internal'])
    expect(text).not.toContain('no such column')
    expect(text).toMatch(/Reference for the log: [0-9A-Z-]{14}/)
    expect(log.events('console.refused')).toMatchObject([{ code: 'internal', level: 50 }])
    expect((await request(app).get('/')).status).toBe(200)
  })
})
