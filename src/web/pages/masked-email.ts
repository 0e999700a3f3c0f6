/** `j•••@example.com`: enough for the one who typed it to recognize, too little for anybody else to use. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const [first = ''] = email.slice(0, Math.max(at, 0))
  return at < 0 ? '•••' : `${first}•••${email.slice(at)}`
}
