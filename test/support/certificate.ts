import { writeFileSync } from 'node:fs'
import { generate } from 'selfsigned'
import { temporaryFolder } from './temporary-folder.ts'

export type Certificate = { readonly key: string; readonly cert: string; readonly certFile: string }

const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
})

/** A self-signed certificate for `localhost`. */
export function selfSignedCertificate(): Certificate {
  const certFile = `${temporaryFolder()}/cert.pem`
  writeFileSync(certFile, cert)
  return { key, cert, certFile }
}
