/** `j•••@example.com`: the person who typed it recognizes it, and nobody else can use it. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const [first = ''] = email.slice(0, Math.max(at, 0))
  return at < 0 ? '•••' : `${first}•••${email.slice(at)}`
}
