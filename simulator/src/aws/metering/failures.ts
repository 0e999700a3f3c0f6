/** An error of ResolveCustomer in AWS JSON 1.1. */
export type Failure = {
  readonly kind: 'failure'
  readonly status: number
  /** With its namespace: `com.amazon.coral.…` for errors of AWS's front end. */
  readonly type: string
  readonly body: Readonly<Record<string, string>>
}

const roleArn = 'arn:aws:sts::111122223333:assumed-role/landing-task-role/i-0abc1234def567890'

export const failures = {
  invalidToken: service(400, 'InvalidTokenException', 'Registration token is invalid.'),
  expiredToken: service(400, 'ExpiredTokenException', 'The submitted registration token has expired.'),
  throttled: service(400, 'ThrottlingException', 'Rate exceeded'),
  disabled: service(400, 'DisabledApiException', 'The API is disabled in the Region.'),
  internalError: service(500, 'InternalServiceErrorException', 'An internal error has occurred.'),

  accessDenied: capitalized(
    400,
    'AccessDeniedException',
    `User: ${roleArn} is not authorized to perform: aws-marketplace:ResolveCustomer ` +
      'because no identity-based policy allows the aws-marketplace:ResolveCustomer action',
  ),
  // Each has only one of the three signs that distinguish expired credentials from an expired
  // registration token.
  credentialsExpiredByType: frontEnd(400, 'ExpiredTokenException', 'The token has expired.'),
  credentialsExpiredByStatus: service(403, 'ExpiredTokenException', 'The token has expired.'),
  credentialsExpiredByMessage: service(
    400,
    'ExpiredTokenException',
    'The security token included in the request is expired',
  ),
  unrecognizedClient: frontEnd(
    400,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ),

  unknownOperation: frontEnd(400, 'UnknownOperationException', ''),
  notJson: frontEnd(400, 'SerializationException', 'Start of structure or map found where not expected.'),
  tokenMissing: validation('Value null', 'Member must not be null'),
  tokenEmpty: validation("Value ''", 'Member must satisfy regular expression pattern: [\\s\\S]+'),
} as const satisfies Record<string, Failure>

function service(status: number, name: string, message: string): Failure {
  return { kind: 'failure', status, type: `com.amazonaws.marketplacemetering#${name}`, body: { message } }
}

function frontEnd(status: number, name: string, message: string): Failure {
  const body: Record<string, string> = message === '' ? {} : { message }
  return { kind: 'failure', status, type: `com.amazon.coral.service#${name}`, body }
}

/** This front-end error spells the field `Message`. */
function capitalized(status: number, name: string, message: string): Failure {
  return { kind: 'failure', status, type: `com.amazon.coral.service#${name}`, body: { Message: message } }
}

function validation(value: string, constraint: string): Failure {
  const message = `1 validation error detected: ${value} at 'registrationToken' failed to satisfy constraint: ${constraint}`
  return { kind: 'failure', status: 400, type: 'com.amazon.coral.validate#ValidationException', body: { message } }
}
