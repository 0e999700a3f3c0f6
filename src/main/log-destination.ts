import type { DestinationStream } from 'pino'

/** In bytes: the buffer for a slow reader of standard output. More lines are lost. */
const mostWaiting = 1024 * 1024

/**
 * Writes the log to standard output. It never throws and never blocks: if the disk is full or the reader has ended or is stuck,
 * lines are lost and nothing else stops. When writing works again, one line reports the number of lost lines. (pino's own
 * destination throws on a full disk, and at exit waits for a stuck reader.)
 */
export function createLogDestination(stdout: NodeJS.WriteStream): DestinationStream {
  let lost = 0

  // Without a listener, an error would end the process. Each failed write counts its own lines below.
  stdout.on('error', () => undefined)

  function send(text: string, lines: number): void {
    // Use this method instead of the file descriptor, because pm2 replaces `write` in cluster mode.
    stdout.write(text, (error) => {
      if (error) lost += lines
    })
  }

  return {
    write: (line) => {
      if (stdout.writableLength > mostWaiting) {
        lost += 1
        return
      }
      if (lost > 0) {
        const lines = lost
        lost = 0
        send(lossOf(lines), lines)
      }
      send(line, 1)
    },
  }
}

/** Begins with a line break, because a full disk may have truncated the previous line. */
function lossOf(lines: number): string {
  return `\n${JSON.stringify({ level: 40, time: new Date().toISOString(), lost: lines, msg: 'log lines were lost' })}\n`
}
