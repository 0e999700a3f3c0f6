/** What the on-call engineer must change when the seller's own setup is at fault. */
export const hints = {
  denied:
    'Allow the action aws-marketplace:ResolveCustomer on resource "*" for the principal this app runs as, in the AWS account ' +
    'that published the product. If the app runs in another account, set MARKETPLACE_ROLE_ARN to a role of that account.',
  noCredentials:
    'No usable AWS credentials. Give the task a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ' +
    '(and AWS_SESSION_TOKEN for temporary ones).',
  expiredCredentials:
    "The app's own AWS credentials have expired; the buyer's link has not. Let the task role supply them, or renew " +
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
  badSignature:
    'AWS did not accept the signature or does not know the key. Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and ' +
    "AWS_SESSION_TOKEN, and that the machine's clock is right.",
  roleNotAssumable:
    "MARKETPLACE_ROLE_ARN cannot be assumed. Its trust policy must allow sts:AssumeRole to this task's principal, with the " +
    'external id of MARKETPLACE_ROLE_EXTERNAL_ID if it asks for one; and this principal must be allowed sts:AssumeRole on it.',
  credentialsEndpoint:
    'The endpoint of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, from which this task gets its role, does not answer. ' +
    'It passes by itself, or the task must be replaced; on EKS look at the Pod Identity agent.',
  disabled:
    'ResolveCustomer is disabled in this Region. Set MARKETPLACE_REGION to the Region your product is integrated in ' +
    '(us-east-1 unless AWS told you otherwise).',
  noQueue: 'AWS knows no such queue. EVENTS_QUEUE_URL must be the URL of the queue that deploy/events.yaml made.',
  queueKey: 'Allow kms:Decrypt on the key of the queue, or encrypt the queue with SQS-managed keys.',
  tooManyPages:
    'There are more pages than this app reads. Subscriptions still follow the events; RECONCILE_MINUTES=0 ends the comparing.',
} as const

const anything = 'on resource "*"'
const queue = 'on the queue of EVENTS_QUEUE_URL'

/** What the calls beside ResolveCustomer must be allowed, and on which resource. */
const resources = {
  'aws-marketplace:SearchAgreements': anything,
  'aws-marketplace:GetEntitlements': anything,
  'ses:GetAccount': anything,
  'sqs:ReceiveMessage': queue,
  'sqs:DeleteMessage': queue,
  'sqs:GetQueueAttributes': queue,
} as const

export type Action = keyof typeof resources

export function notAllowed(action: Action): string {
  return (
    `Allow the action ${action} ${resources[action]} for the principal this app runs as, in the AWS account that published ` +
    'the product. If the app runs in another account, set MARKETPLACE_ROLE_ARN to a role of that account.'
  )
}
