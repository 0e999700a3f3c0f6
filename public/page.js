// Small helps. Every page is complete without them.
const page = document.body.dataset.page
const language = document.documentElement.lang

// A button cannot be pressed twice. It is marked, not disabled: a disabled button would not be sent along.
const patienceMs = 15_000
const busy = new Set()

function release(form) {
  busy.delete(form)
  for (const button of form.querySelectorAll('.button')) button.removeAttribute('aria-disabled')
}

for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    if (busy.has(form)) return event.preventDefault()
    busy.add(form)
    for (const button of form.querySelectorAll('.button')) button.setAttribute('aria-disabled', 'true')
    setTimeout(release, patienceMs, form)
  })
}
// Back from the next page, the browser may show this one just as it was left.
addEventListener('pageshow', () => busy.forEach(release))

// For browsers that heed autofocus on fields only.
const summary = document.querySelector('.summary')
setTimeout(() => document.activeElement === document.body && summary?.focus(), 100)

// Try again: counts down to the moment at which it helps.
const wait = document.querySelector('[data-wait]')
if (wait) {
  const button = wait.closest('form').querySelector('.button')
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
    button.disabled = false
    wait.hidden = true
    over.textContent = over.dataset.over
  }
  const timer = setInterval(tick, 500)
  button.disabled = true
  tick()
}

// What was typed stays in this tab until it is registered: a session may end while somebody types.
const key = 'contact'
const form = document.getElementById('registration-form')
const fields = form ? [...form.querySelectorAll('.field input')] : []

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}')
  } catch {
    return {}
  }
}

function keep() {
  try {
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map(({ name, value }) => [name, value]))))
  } catch {
    // Storage is switched off: nothing is kept, and nothing depends on it.
  }
}

function forget() {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // As above.
  }
}

if (form) {
  const typed = kept()
  const empty = fields.filter(({ name, value }) => value === '' && typed[name])
  if (empty.length > 0 && fields.every(({ value }) => value === '')) {
    for (const field of empty) field.value = typed[field.name]
    const notice = document.querySelector('[data-restored]')
    notice.hidden = false
    notice.querySelector('button').addEventListener('click', () => {
      for (const field of fields) field.value = ''
      forget()
      notice.hidden = true
      fields[0].focus()
    })
  }
  form.addEventListener('input', keep)
}

const note = document.querySelector('[data-kept]')
if (note) note.hidden = Object.values(kept()).every((value) => value === '')

if (page === 'complete') forget()
