/** Fixes for the on-call engineer when the seller's setup causes the failure. Each begins with the action. */
export const hints = {
  denied:
    'Allow the action aws-marketplace:ResolveCustomer on resource "*" for the principal this app runs as, in the AWS account ' +
    'that published the product. If the app runs in another account, set MARKETPLACE_ROLE_ARN to a role of that account.',
  noCredentials:
    'Give the app AWS credentials: a role of its task, pod or instance, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY ' +
    '(and AWS_SESSION_TOKEN for temporary ones).',
  expiredCredentials:
    "Renew the app's own AWS credentials, which have expired; the buyer's link has not. Let the task role supply them, or renew " +
    'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
  badSignature:
    'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and the clock of this machine: AWS did not accept the ' +
    'signature, or does not know the key.',
  roleNotAssumable:
    'Let MARKETPLACE_ROLE_ARN be assumed: its trust policy must allow sts:AssumeRole to the principal this app runs as, with the ' +
    'external id of MARKETPLACE_ROLE_EXTERNAL_ID if it asks for one; and this principal must be allowed sts:AssumeRole on it.',
  credentialsEndpoint:
    'Wait, or replace the task: the endpoint of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, from which it gets its role, ' +
    'does not answer. On EKS look at the Pod Identity agent.',
  instanceMetadata:
    'Set the hop limit of the instance metadata to 2, because its answers do not reach a container with 1: aws ec2 ' +
    'modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2. Without a container, look at the instance.',
  disabled:
    'Set MARKETPLACE_REGION to the Region that your product is integrated in (us-east-1 unless AWS named another): ' +
    'ResolveCustomer is disabled in the current Region.',
  noQueue:
    'Set EVENTS_QUEUE_URL to the URL of the queue that deploy/events.yaml created: the current one does not exist.',
  queueKey: 'Allow kms:Decrypt on the key of the queue, or encrypt the queue with SQS-managed keys.',
  tooManyPages:
    'Set RECONCILE_MINUTES=0: AWS has more pages of agreements than this app reads. Subscriptions still follow the events.',
} as const

const anything = 'on resource "*"'
const queue = 'on the queue of EVENTS_QUEUE_URL'

/** The IAM actions of the calls other than ResolveCustomer, and their resources. */
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
