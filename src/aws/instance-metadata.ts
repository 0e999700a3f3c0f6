import { request } from 'node:http'

const timeoutMs = 1_000

/**
 * True if a connection to the EC2 instance metadata succeeds but no response or an error comes back. Responses have a hop limit;
 * with 1 they never reach a container. If the connection fails, this is not an EC2 instance.
 */
export async function isMetadataFailing(env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  if (env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return false
  const address = URL.parse('/latest/api/token', env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? 'http://169.254.169.254')
  if (address === null) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let isConnected = false
  const call = request(address, { method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } })
  call.on('socket', (socket) => socket.once('connect', () => (isConnected = true)))
  call.on('response', ({ statusCode = 0 }) => {
    resolve(statusCode >= 500)
  })
  call.on('error', () => {
    resolve(false)
  })
  const timer = setTimeout(() => {
    resolve(isConnected)
  }, timeoutMs)
  call.end()
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    call.destroy()
  }
}
