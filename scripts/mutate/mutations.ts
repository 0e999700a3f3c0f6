/** A change that must make one of the tests fail. `search` occurs once in the file. */
export type Mutation = {
  readonly file: string
  readonly search: string
  readonly replace: string
  readonly tests: readonly string[]
}

type Replacement = readonly [search: string, replace: string]

/** Several mutations of one file with the same tests. */
function of(file: string, tests: readonly string[], ...replacements: readonly Replacement[]): readonly Mutation[] {
  return replacements.map(([search, replace]) => ({ file: `src/${file}`, search, replace, tests }))
}

const landing = ['test/http/landing-failures.test.ts', 'test/http/failures.test.ts', 'test/http/two-instances.test.ts']
const aws = ['test/aws']
const web = ['test/http/session.test.ts', 'test/http/identity.test.ts', 'test/http/failures.test.ts', 'test/web']
const handoff = ['test/http/handoff.test.ts', 'test/http/handoff-link.test.ts']
const progress = ['test/store/progress.test.ts']
const signIn = ['test/console-sign-in.test.ts', 'test/console-sign-in-failures.test.ts', 'test/console-session.test.ts']

export const mutations: readonly Mutation[] = [
  ...of(
    'domain/land.ts',
    landing,
    ['if (products.find(customer.productCode) === null)', 'if (products.find(customer.productCode) !== null)'],
    ['throw asAppError(error).with(facts).carrying({ answer })', 'throw asAppError(error).with(facts)'],
    ['if (registration !== null) return registration', ''],
    [`if (failure.code !== 'token-expired' || look === looks) throw failure`, 'throw failure'],
  ),
  ...of('aws/deadline.ts', aws, ['if (stop?.aborted) onStop()', '']),
  ...of(
    'aws/call.ts',
    aws,
    [`if (code === 'token-expired')`, `if (code !== 'token-expired')`],
    [`if (code === 'token-invalid') return new AppError('internal', details)`, ''],
  ),
  ...of(
    'aws/exceptions.ts',
    aws,
    [`error.name === 'ExpiredTokenException' && isAboutCredentials(error)`, 'false'],
    ['if (network !== null) return ofNetwork(network)', ''],
    [`if (error.$metadata.httpStatusCode === 429) return ['marketplace-busy']`, ''],
    ['if (status >= 500)', 'if (status < 500)'],
    ['if (status === 401 || status === 403)', 'if (status === 401)'],
    ['if (token.length < shortestToken) return ordinary.test(token) ? text : redactWhole(text, token)', 'return text'],
  ),
  ...of(
    'aws/resolve-customer.ts',
    aws,
    ['if (inFlight >= limits.maxInFlight)', 'if (inFlight < limits.maxInFlight)'],
    ['if (awsAccountId === null || productCode === null)', 'if (awsAccountId === null && productCode === null)'],
    ['throw translate(error, token).with(duration())', 'throw translate(error).with(duration())'],
  ),
  ...of('aws/pages.ts', aws, ['if (!page.nextToken) return', 'return']),
  ...of('aws/renewal.ts', aws, ['if (current === null || leftMs <= 0)', 'if (current === null)']),
  ...of(
    'web/middleware/session.ts',
    web,
    ['if (secure && !req.secure)', 'if (secure && req.secure)'],
    ['if (registration !== undefined && registration !== customer.id)', 'if (registration === null)'],
    [`isCookieBlocked ? 'cookies-blocked' : 'session-expired'`, `'session-expired'`],
  ),
  ...of('web/middleware/same-origin.ts', web, ['if (!ours)', 'if (ours === null)']),
  ...of('web/middleware/form-body.ts', web, [
    `if (!empty && req.is('application/x-www-form-urlencoded') === false)`,
    'if (empty === null)',
  ]),
  ...of('web/middleware/rate-limit.ts', web, ['if (perMinute === 0)', 'if (perMinute > 0)']),
  ...of('web/middleware/bounded-counts.ts', web, ['if (counts.size >= maxKeys && oldest !== undefined)', 'if (false)']),
  ...of(
    'web/handoff/issue.ts',
    handoff,
    [`if (registration?.status !== 'registered')`, 'if (registration === undefined)'],
    ['if (!isNavigation(req))', 'if (isNavigation(req))'],
  ),
  ...of(
    'web/handoff/redeem.ts',
    handoff,
    ['authenticate, limitCalls, ', 'limitCalls, '],
    [`if (redeemed.outcome === 'refused')`, `if (redeemed.outcome !== 'refused')`],
  ),
  ...of('domain/handoff.ts', progress, ['await handoffCodes.noteRedeemed(registration.id)', '']),
  ...of('domain/erase.ts', progress, ['await unit.handoffCodes.forgetRedeemed(id)', '']),
  ...of(
    'store/deliveries.ts',
    progress,
    [`.where('recipient_hash', '=', hashOf(address))`, ''],
    [`.where('dead_at', 'is', null)`, ''],
  ),
  ...of(
    'web/errors/error-handler.ts',
    ['test/http/session-expired.test.ts', 'test/http/two-instances.test.ts'],
    ['awsAccountId: knownCustomer(req)?.awsAccountId ?? null', 'awsAccountId: null'],
  ),
  ...of(
    'web/errors/session-for-failure.ts',
    ['test/http/start-page.test.ts', 'test/own-fields.test.ts', 'test/http/landing-failures.test.ts'],
    ['storeFailures.includes(failureOf(error).code) || ', ''],
  ),
  ...of(
    'web/errors/lost-form.ts',
    ['test/http/lost-form.test.ts', 'test/http/session-expired.test.ts'],
    [`if (method !== 'POST') return false`, ''],
  ),
  ...of(
    'web/pages/complete.ts',
    ['test/web/pages.test.ts'],
    ['typed === null ? maskedEmail(contact.email) : contact.email', 'contact.email'],
    ['progress.isMailed && !isEnded', '!isEnded'],
  ),
  ...of(
    'delivery/buyer-mail.ts',
    ['test/delivery/mail-messages.test.ts'],
    [`mail === 'replaced' ? { reference, awsAccountId: null } : about`, 'about'],
  ),
  ...of(
    'delivery/webhook.ts',
    ['test/delivery'],
    ['if (statusCode >= 200 && statusCode < 300)', 'if (statusCode >= 200 && statusCode < 400)'],
    ['if (statusCode === 410)', 'if (statusCode === 404)'],
  ),
  ...of(
    'delivery/mail.ts',
    ['test/delivery'],
    ['if (address === null)', 'if (address !== null)'],
    ['if (replyCode < 500)', 'if (replyCode < 600)'],
  ),
  ...of('delivery/mail-messages.ts', ['test/delivery'], ['if (email === null) return []', '']),
  ...of('jobs/abandoned.ts', ['test/jobs'], [`if (registration?.status !== 'landed' || isNotified) return`, '']),
  ...of(
    'jobs/deliver.ts',
    ['test/jobs', 'test/receivers.test.ts', 'test/delivery.test.ts'],
    ['if (sending.size === mostAtOnce) await Promise.race(sending)', ''],
    [`if (attempt.outcome === 'sent') await outbox.markSent(delivery)`, `if (attempt.outcome === 'sent') return`],
    [`if (attempt.outcome === 'refused')`, `if (attempt.outcome === 'failed')`],
  ),
  ...of(
    'jobs/consume.ts',
    ['test/jobs', 'test/subscriptions.test.ts'],
    [`if (received.outcome !== 'other-account') `, ''],
  ),
  ...of(
    'store/failures.ts',
    ['test/store', 'test/http/store-failures.test.ts'],
    [`if (typeof code === 'string' && writeConflicts.has(code)) return true`, ''],
  ),
  ...of(
    'store/registrations.ts',
    ['test/store'],
    ['created_after: createdAfter(registration, candidates),', 'created_after: null,'],
    [`(isChanged ? query.where(column, 'is not distinct from', known[column]) : query)`, 'query'],
    [
      'if ((await together(db, stillSame, token)) === 0) throw new WriteConflict()',
      'await together(db, stillSame, token)',
    ],
  ),
  ...of(
    'store/follow-up.ts',
    ['test/cli/ready.test.ts'],
    [`, row.not(hasEnded())`, ''],
    [`    row.and([row('product_code', 'not in', configured), hasPassed(otherwise)]),\n`, ''],
  ),
  ...of(
    'domain/ready.ts',
    ['test/api.test.ts', 'test/cli/ready.test.ts'],
    [`if (before.status !== 'registered') return { marked: { outcome: 'not-registered' }, withheld: null }`, ''],
    ['const isFirst = before.readyAt === null', 'const isFirst = true'],
    ['if ((await unit.deliveries.countMailsOfEvent(event.id, since)) >= allowed) {', 'if (false) {'],
  ),
  ...of('web/middleware/bearer.ts', ['test/api.test.ts'], ['if (hasSecret(req)) next()', 'if (true) next()']),
  ...of(
    'web/api/routes.ts',
    ['test/api.test.ts'],
    ['router.use(paths.api, requireSecret({ secrets, limitFailedSecrets, failure }))', ''],
  ),
  ...of(
    'store/delivery-list.ts',
    ['test/store', 'test/cli/deliveries.test.ts'],
    [`if (state === 'dead')`, `if (state !== 'dead')`],
    [`if (id !== 'all') `, ''],
  ),
  ...of(
    'oidc/provider.ts',
    signIn,
    ['client.enableNonRepudiationChecks,', ''],
    ['found = null\n      throw error', 'throw error'],
    ["return methods.includes('client_secret_basic') ? [post(), basic()] : [post()]", 'return [post()]'],
    ['configuration.timeout = timeout', ''],
  ),
  ...of(
    'oidc/sign-in.ts',
    signIn,
    ['expectedNonce: nonce, ', ''],
    [
      'email_verified: verified }: z.infer<typeof claims>): Identity {\n  return { subject: sub, email, emailVerified: verified === true }',
      'email_verified: verified }: z.infer<typeof claims>): Identity {\n  return { subject: sub, email, emailVerified: verified !== false }',
    ],
  ),
  ...of(
    'domain/console-allow.ts',
    signIn,
    [`if (!emailVerified) return 'email-unverified'`, ''],
    ['allow.includes(domain)', 'allow.some((entry) => domain.includes(entry))'],
    ['allow.includes(address)', 'allow.some((entry) => address.startsWith(entry))'],
  ),
  ...of(
    'web/console/sign-in.ts',
    signIn,
    ['const reason = identity === null ? null : notAllowed(identity, allow)', 'const reason = null'],
    [`router.get('/sign-in', limitStarts, `, `router.get('/sign-in', `],
    ['  router.use(limitStarts)\n', ''],
    [`  router.head('/callback', methodNotAllowed('GET'))\n`, ''],
    ['    await sessions.keepDraft(req, res, draft)\n', ''],
    [`isPage && `, ''],
    [` && !notPages.includes(pathname)`, ''],
    [' || requested.length > longest', ''],
  ),
  ...of(
    'web/console/sessions.ts',
    signIn,
    ['return signedIn?.issuer === issuer ? signedIn : null', 'return signedIn'],
    ["      await take(req, '')\n      cookie.clear(res)", '      cookie.clear(res)'],
    ['const id = newId()\n', 'const id = cookie.read(req) ?? newId()\n'],
  ),
  ...of(
    'store/console-sessions.ts',
    ['test/store/console-sessions.test.ts'],
    ['case when ends_at < ${fromNow(unusedMs)} then ends_at else ${fromNow(unusedMs)} end', '${fromNow(unusedMs)}'],
    ['if (Boolean(row?.is_due)) await write(() => extend(id, unusedMs))', ''],
    ['.values({ id_hash: hashOf(id), ...row })', '.values({ id_hash: id, ...row })'],
  ),
]
