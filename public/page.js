// Small improvements. Every page works without them.
const page = document.body.dataset.page
const language = document.documentElement.lang

// Ignores a second press while a form is being sent. The button is not disabled, because a disabled button is not sent.
const patienceMs = 15_000
const busy = new Set()

const status = document.querySelector('[data-status]')

// The Try again form has fields of any name. A field named like a method of the form hides it, so no method is used.
const buttonsOf = (form) => [...document.querySelectorAll('.button')].filter((button) => button.form === form)

function release(form) {
  busy.delete(form)
  for (const button of buttonsOf(form)) {
    button.removeAttribute('aria-disabled')
    if (button.dataset.text) button.textContent = button.dataset.text
  }
}

function sending(button) {
  if (!button?.dataset.sending) return
  button.dataset.text ??= button.textContent
  button.textContent = status.textContent = button.dataset.sending
}

document.addEventListener('submit', (event) => {
  const form = event.target
  if (busy.has(form)) return event.preventDefault()
  busy.add(form)
  for (const button of buttonsOf(form)) button.setAttribute('aria-disabled', 'true')
  sending(event.submitter)
  setTimeout(release, patienceMs, form)
})
// When the buyer goes back, the browser can show this page as it was left.
addEventListener('pageshow', () => busy.forEach(release))

// Some browsers apply autofocus only to form fields.
const summary = document.querySelector('.summary')
setTimeout(() => document.activeElement === document.body && summary?.focus(), 100)

// Instants in the buyer's own time zone. The server knows only UTC.
const local = new Intl.DateTimeFormat(language, {
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
})
// As in src/i18n/instant.ts.
const firstDay = { fr: '1er', 'pt-BR': '1º' }[language] ?? '1'
function localize(root) {
  for (const time of root.querySelectorAll('time')) {
    // With a minus sign in place of a hyphen, a line does not break within “GMT−5”.
    time.textContent = local
      .format(new Date(time.dateTime))
      .replace('GMT-', 'GMT\u2212')
      .replace(/^1(?= )/, firstDay)
  }
}
localize(document)

// While AWS is confirming the subscription, checks every 15 seconds, at most 20 times, if the page is visible.
const awaited = document.querySelector('[data-confirmation="awaited"]')
if (awaited) {
  let left = 20
  const check = async () => {
    if (document.hidden) return
    left -= 1
    if (left === 0) clearInterval(timer)
    const answer = await fetch(location.pathname)
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const line = page.querySelector('[data-confirmation]')
    if (line?.dataset.confirmation === 'awaited') return
    clearInterval(timer)
    if (!line) return
    localize(line)
    awaited.replaceChildren(...line.childNodes)
    status.textContent = awaited.textContent
  }
  // After a failed check, the next one may succeed.
  const timer = setInterval(() => check().catch(() => undefined), 15_000)
}

// Copying works on secure pages only.
const copy = document.querySelector('.copy')
if (copy && navigator.clipboard) {
  copy.hidden = false
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.querySelector('[data-reference]').textContent)
    copy.textContent = status.textContent = copy.dataset.copied
  })
}

// Counts down until Try again can succeed.
const wait = document.querySelector('[data-wait]')
if (wait) {
  const button = document.querySelector('#retry-form .button')
  const over = document.querySelector('[data-over]')
  const seconds = new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'long' })
  const end = Date.now() + Number(wait.dataset.wait) * 1000
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left > 0) {
      wait.textContent = wait.dataset.pattern.replace('{duration}', seconds.format(left))
      return
    }
    clearInterval(timer)
    if (button) button.disabled = false
    wait.hidden = true
    over.textContent = over.dataset.over
  }
  const timer = setInterval(tick, 500)
  if (button) button.disabled = true
  tick()
}

// Stores the typed values in this tab, so that a reload does not lose them, until the form is submitted, left or expired. They
// belong to one registration: the form of another registration in this tab must not be filled in with them.
const key = 'contact'
const form = document.getElementById('registration-form')
const fields = form ? [...form.querySelectorAll('.field :is(input, textarea, select)')] : []
const isChoice = ({ type }) => type === 'checkbox' || type === 'radio'
const valueOf = (field) => (isChoice(field) && !field.checked ? '' : field.value)
const registration = form?.querySelector('input[name="registration"]')?.value

function stored() {
  try {
    const { registration, values } = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    return { registration, values: values ?? {} }
  } catch {
    return { values: {} }
  }
}

function store() {
  const values = {}
  // In a group of radio buttons, the checked one has the value.
  for (const field of fields) values[field.name] = valueOf(field) || values[field.name] || ''
  try {
    sessionStorage.setItem(key, JSON.stringify({ registration, values }))
  } catch {
    // Storage is switched off. The form works without it.
  }
}

function discard() {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // As above.
  }
}

if (form) {
  const last = stored()
  const typed = registration !== undefined && last.registration === registration ? last.values : {}
  const empty = fields.filter((field) => typed[field.name] && (!isChoice(field) || typed[field.name] === field.value))
  if (empty.length > 0 && fields.every((field) => valueOf(field) === '')) {
    for (const field of empty) {
      if (isChoice(field)) field.checked = true
      else field.value = typed[field.name]
    }
    const notice = document.querySelector('[data-restored]')
    notice.hidden = false
    notice.querySelector('button').addEventListener('click', () => {
      for (const field of fields) {
        if (isChoice(field)) field.checked = false
        else field.value = ''
      }
      discard()
      notice.hidden = true
      fields[0].focus()
    })
  }
  form.addEventListener('input', store)
}

if (page === 'complete' || page === 'session-expired') discard()
document.addEventListener('submit', ({ target }) => {
  if (Element.prototype.getAttribute.call(target, 'action') === '/registration/leave') discard()
})
