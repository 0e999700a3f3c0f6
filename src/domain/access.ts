const hourMs = 60 * 60_000

/** Until when a registered buyer hears from the seller: the promised time is up, at the next full hour. */
export function accessDueAt(registeredAt: Date, withinHours: number): Date {
  return new Date(Math.ceil(registeredAt.getTime() / hourMs + withinHours) * hourMs)
}
