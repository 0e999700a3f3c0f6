import type { DestinationStream } from 'pino'

/** In bytes: how much may wait for a slow reader of standard output. Lines beyond it are lost. */
const mostWaiting = 1024 * 1024

/**
 * Standard output as the log's destination. It never throws and never waits: a log that cannot be written, because the disk is
 * full or the reader is gone or stuck, loses lines and stops nothing else. When it can be written again, one line says how many
 * lines were lost. (pino's own destination throws on a full disk, and at exit waits for a reader that is stuck.)
 */
export function createLogDestination(stdout: NodeJS.WriteStream): DestinationStream {
  let lost = 0

  // Without a listener an error would end the process. Each failed write counts its own lines below.
  stdout.on('error', () => undefined)

  function send(text: string, lines: number): void {
    // By the method, and not to the file descriptor: pm2 replaces `write` in cluster mode.
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

/** Begins with a line break, because a full disk may have cut off the line before. */
function lossOf(lines: number): string {
  return `\n${JSON.stringify({ level: 40, time: new Date().toISOString(), lost: lines, msg: 'log lines were lost' })}\n`
}
