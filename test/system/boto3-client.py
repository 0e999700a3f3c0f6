"""Every call that boto3 of Debian knows, as JSON for the test that runs it. Arguments: the simulator's URL, two tokens."""
import datetime
import json
import sys

import boto3
from botocore.exceptions import ClientError

url, token, expired, identifier = sys.argv[1:5]


def client(service):
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="anything"
    )


def failure(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        return [error.response["Error"]["Code"], metadata["HTTPStatusCode"], metadata["RequestId"]]
    return None


metering, entitlement = client("meteringmarketplace"), client("marketplace-entitlement")
sqs, ses, sts = client("sqs"), client("sesv2"), client("sts")
now = datetime.datetime.now(datetime.timezone.utc)
record = {"Timestamp": now, "Dimension": "requests", "Quantity": 1, "CustomerIdentifier": identifier}
role = {"RoleArn": "arn:aws:iam::222233334444:role/registrar", "RoleSessionName": "landing"}
queue = sqs.get_queue_url(QueueName="marketplace-events")["QueueUrl"]
sqs.purge_queue(QueueUrl=queue)
sqs.send_message(QueueUrl=queue, MessageBody="Grüße & <more>")
message = sqs.receive_message(QueueUrl=queue, AttributeNames=["All"], WaitTimeSeconds=1)["Messages"][0]
sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=5)
sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "a", "ReceiptHandle": message["ReceiptHandle"]}])

print(
    json.dumps(
        {
            "customer": metering.resolve_customer(RegistrationToken=token)["CustomerAWSAccountId"],
            "expired": failure(metering.resolve_customer, RegistrationToken=expired),
            "usage": metering.batch_meter_usage(ProductCode="ours", UsageRecords=[record])["Results"][0]["Status"],
            "wrongProduct": failure(metering.batch_meter_usage, ProductCode="theirs", UsageRecords=[record]),
            "metered": metering.meter_usage(ProductCode="ours", Timestamp=now, UsageDimension="d")["MeteringRecordId"],
            "duplicate": failure(metering.meter_usage, ProductCode="ours", Timestamp=now, UsageDimension="d", UsageQuantity=2),
            "entitlements": [one["Dimension"] for one in entitlement.get_entitlements(ProductCode="ours")["Entitlements"]],
            "noProduct": failure(entitlement.get_entitlements, ProductCode="ours", NextToken="x"),
            "message": message["Body"],
            "receives": message["Attributes"]["ApproximateReceiveCount"],
            "left": sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessages"],
            "noQueue": failure(sqs.receive_message, QueueUrl=queue + "-other"),
            "badReceipt": failure(sqs.delete_message, QueueUrl=queue, ReceiptHandle="x"),
            "mail": ses.send_email(
                FromEmailAddress="a@example.com",
                Destination={"ToAddresses": ["b@example.com"]},
                Content={"Raw": {"Data": b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Hi\r\n\r\nbody"}},
            )["MessageId"],
            "rejected": failure(
                ses.send_email,
                FromEmailAddress="not-verified@example.com",
                Destination={"ToAddresses": ["b@example.com"]},
                Content={"Simple": {"Subject": {"Data": "s"}, "Body": {}}},
            ),
            "role": sts.assume_role(**role)["AssumedRoleUser"]["Arn"],
            "denied": failure(sts.assume_role, **{**role, "RoleArn": role["RoleArn"] + "-not-assumable"}),
        }
    )
)
