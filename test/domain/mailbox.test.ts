import { expect, it } from 'vitest'
import { mailboxKey } from '../../src/domain/mailbox.ts'

it.each([
  ['u@exämple.org', 'u@xn--exmple-cua.org'],
  ['u@EXÄMPLE.org', 'u@xn--exmple-cua.org'],
  ['u@xn--exmple-cua.org', 'u@xn--exmple-cua.org'],
  ['U@Example.ORG', 'u@example.org'],
  ['ｕ＠ｅｘａｍｐｌｅ．ｏｒｇ', 'u@example.org'],
  ['用户@例子.世界', '用户@xn--fsqu00a.xn--rhqv96g'],
  ['u@a_b.example', 'u@a_b.example'],
  ['nobody', 'nobody'],
])('the mailbox %s has the key %s', (address, key) => {
  expect(mailboxKey(address)).toBe(key)
})
