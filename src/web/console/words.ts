import type { Piece } from '../pages/moment.ts'

const format = new Intl.DateTimeFormat('en', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
  timeZoneName: 'short',
})

/** Formats an instant as `Nov 24, 2026, 16:00 UTC`. */
export function when(date: Date): Piece {
  return { text: format.format(date), datetime: date.toISOString() }
}

export function yesOrNo(value: boolean): string {
  return value ? 'Yes' : 'No'
}
