/**
 * A Map that drops its oldest entries beyond a limit, so that a long run does not fill the memory.
 */
type BoundedMap<K, V> = {
  readonly get: (key: K) => V | undefined
  readonly set: (key: K, value: V) => void
  readonly size: () => number
  /** Oldest first. */
  readonly values: () => readonly V[]
}

export function boundedMap<K, V>(limit: number): BoundedMap<K, V> {
  const entries = new Map<K, V>()
  // One iterator, because a new one would first step over all deleted entries.
  const oldestFirst = entries.keys()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.set(key, value)
      if (entries.size <= limit) return
      const oldest = oldestFirst.next()
      if (!oldest.done) entries.delete(oldest.value)
    },
    size: () => entries.size,
    values: () => [...entries.values()],
  }
}
