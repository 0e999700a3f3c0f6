import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../support/stores.ts'
import { groupCommit, type GroupCommit } from '../../src/store/group-commit.ts'

describe('transactions that are committed together', () => {
  let path: string
  let db: DatabaseSync
  let transactions: GroupCommit
  let sync: () => Promise<void>

  beforeEach(() => {
    path = join(temporaryFolder(), 'test.db')
    db = new DatabaseSync(path)
    db.exec('pragma journal_mode = wal; create table t (n integer primary key)')
    sync = () => Promise.resolve()
    transactions = groupCommit(db, { deadlineMs: 200, batchSize: 4, sync: () => sync() })
  })

  async function write(n: number): Promise<void> {
    await transactions.begin()
    try {
      db.prepare('insert into t values (?)').run(n)
    } catch (error) {
      transactions.rollback(error)
      throw error
    }
    await transactions.commit()
  }
  const elsewhere = () => {
    const other = new DatabaseSync(path, { timeout: 0 })
    return {
      other,
      stored: () =>
        other
          .prepare('select n from t order by n')
          .all()
          .map((row) => row['n']),
    }
  }

  it('are told that they are stored only when another process can see it', async () => {
    const { stored } = elsewhere()
    const writes = [1, 2, 3].map(async (n) => {
      await write(n)
      expect(stored()).toContain(n)
    })
    await Promise.resolve()
    expect(stored()).toEqual([])
    await Promise.all(writes)
    expect(stored()).toEqual([1, 2, 3])
  })

  it('share one commit, up to the bound', async () => {
    const { stored } = elsewhere()
    const seen = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (n) => {
        await write(n)
        return stored().length
      }),
    )
    expect(seen).toEqual([4, 4, 4, 4, 6, 6])
  })

  it('are told only when the disk has them; meanwhile the next batch gathers', async () => {
    const syncs: (() => void)[] = []
    sync = () => new Promise((resolve) => syncs.push(resolve))
    const told: number[] = []
    const writes = [1, 2].map((n) => write(n).then(() => told.push(n)))
    await vi.waitFor(() => {
      expect(syncs).toHaveLength(1)
    })
    writes.push(...[3, 4].map((n) => write(n).then(() => told.push(n))))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([told, syncs.length]).toEqual([[], 1])
    syncs[0]?.()
    await vi.waitFor(() => {
      expect([told, syncs.length]).toEqual([[1, 2], 2])
    })
    syncs[1]?.()
    await Promise.all(writes)
    expect(told).toEqual([1, 2, 3, 4])
  })

  it('are all told when the disk fails them', async () => {
    sync = () => Promise.reject(new Error('EIO'))
    const results = await Promise.allSettled([1, 2].map(write))
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    sync = () => Promise.resolve()
    await write(3)
  })

  it('fail alone', async () => {
    const { stored } = elsewhere()
    const results = await Promise.allSettled([1, 2, 1, 3].map(write))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(stored()).toEqual([1, 2, 3])
    expect(db.isTransaction).toBe(false)
  })

  it('leave nothing behind when they fail halfway', async () => {
    const { stored } = elsewhere()
    const halfway = async () => {
      await transactions.begin()
      db.exec('insert into t values (9)')
      transactions.rollback(new Error('changed its mind'))
    }
    await Promise.all([write(1), halfway(), write(2)])
    expect(stored()).toEqual([1, 2])
  })

  it('are all told when their common commit fails', async () => {
    const { stored } = elsewhere()
    db.exec(
      'pragma foreign_keys = on; create table p (n primary key); create table c (n references p deferrable initially deferred)',
    )
    const orphan = async () => {
      await transactions.begin()
      db.exec('insert into c values (1)')
      await transactions.commit()
    }
    const results = await Promise.allSettled([write(1), orphan(), write(2)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(stored()).toEqual([])
    await write(3)
    expect(stored()).toEqual([3])
  })

  it('are all told when SQLite undoes everything for one of them', async () => {
    const { stored } = elsewhere()
    const undone = async () => {
      await transactions.begin()
      try {
        db.exec('insert into t values (7)')
        db.exec('insert or rollback into t values (7)')
      } catch (error) {
        transactions.rollback(error)
        throw error
      }
    }
    const results = await Promise.allSettled([write(1), undone(), write(2)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(stored()).toEqual([2])
  })

  it('wait for another process without stopping this one', async () => {
    const { other, stored } = elsewhere()
    other.exec('begin immediate')
    let ticks = 0
    const ticking = setInterval(() => ticks++, 5)
    const waiting = write(1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    other.exec('commit')
    await waiting
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(5)
    expect(stored()).toEqual([1])
  })

  it('give up at the deadline while another process holds the file, and go on afterwards', async () => {
    const { other, stored } = elsewhere()
    other.exec('begin immediate')
    const since = performance.now()
    const results = await Promise.allSettled([1, 2, 3].map(write))
    expect(performance.now() - since).toBeLessThan(400)
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    other.exec('rollback')
    await write(4)
    expect(stored()).toEqual([4])
  })
})
