import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { temporaryFolder } from './temporary-folder.ts'

export type Certificate = { readonly key: string; readonly cert: string; readonly certFile: string }

/** A certificate for `localhost` that nobody signed but itself. */
export function selfSignedCertificate(): Certificate {
  const folder = temporaryFolder()
  const [keyFile, certFile] = [`${folder}/key.pem`, `${folder}/cert.pem`]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-keyout', keyFile, '-out', certFile, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
    ],
    { stdio: 'pipe' },
  )
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8'), certFile }
}
