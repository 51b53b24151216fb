// SPDX-License-Identifier: Apache-2.0

/** Records of AWS calls, or those of applications outside of AWS. */
export type RecordColumnKind = 'cloudtrail' | 'activity';

/** Names of members from the record down, as CloudTrail writes them. */
export type MemberPath = readonly string[];

/**
 * A member of a record that has a column of its own where records are kept by columns. Everything else of a record is only in
 * its text, which is always kept too.
 */
export interface RecordColumn {
  /** `columnName` of the path. */
  readonly name: string;
  readonly path: MemberPath;
  /** `text`: what is no text is kept as its JSON. `json`: always JSON, objects nearly always. */
  readonly form: 'text' | 'json';
}

/** The path in lower case, joined by `_`. */
export function columnName(path: MemberPath): string {
  return path.join('_').toLowerCase();
}

const identity: MemberPath = ['userIdentity'];
const session: MemberPath = [...identity, 'sessionContext'];
const webIdentity: MemberPath = [...session, 'webIdFederationData'];
const eventData: MemberPath = ['eventData'];

/** Members that are objects: whether a record has one is kept too, for `{}` is not the same as nothing. */
export const recordParts: Readonly<Record<RecordColumnKind, readonly MemberPath[]>> = {
  cloudtrail: [
    identity,
    session,
    [...session, 'attributes'],
    [...session, 'sessionIssuer'],
    webIdentity,
    [...identity, 'onBehalfOf'],
    [...identity, 'inScopeOf'],
    ['addendum'],
    ['tlsDetails'],
  ],
  activity: [eventData, [...eventData, 'userIdentity'], ['addendum'], ['metadata']],
};

/** Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events". */
const cloudtrail: readonly RecordColumn[] = [
  ...texts([], 'eventVersion eventTime eventSource eventName awsRegion sourceIPAddress userAgent'),
  ...texts([], 'errorCode errorMessage requestID eventID readOnly eventType apiVersion managementEvent'),
  ...texts([], 'recipientAccountId sharedEventID annotation vpcEndpointId vpcEndpointAccountId'),
  ...texts([], 'eventCategory sessionCredentialFromConsole'),
  ...jsons([], 'requestParameters responseElements additionalEventData serviceEventDetails'),
  ...jsons([], 'edgeDeviceDetails insightDetails eventContext'),
  ...texts(['addendum'], 'reason updatedFields originalRequestID originalEventID'),
  ...texts(['tlsDetails'], 'tlsVersion cipherSuite clientProvidedHostHeader'),
  ...texts(identity, 'type principalId arn accountId invokedBy accessKeyId userName identityProvider'),
  ...texts([...identity, 'onBehalfOf'], 'userId identityStoreArn'),
  ...texts([...identity, 'inScopeOf'], 'sourceArn sourceAccount issuerType credentialsIssuedTo'),
  ...texts(session, 'sourceIdentity ec2RoleDelivery ec2IssuedInVpc'),
  ...texts([...session, 'attributes'], 'creationDate mfaAuthenticated'),
  ...texts([...session, 'sessionIssuer'], 'type principalId arn accountId userName'),
  ...texts(webIdentity, 'federatedProvider'),
  ...jsons(webIdentity, 'attributes'),
];

/** Source: CloudTrail User Guide, "CloudTrail Lake integrations event schema". */
const activity: readonly RecordColumn[] = [
  ...texts([], 'eventVersion eventCategory eventType eventID eventTime awsRegion recipientAccountId'),
  ...texts(['addendum'], 'reason updatedFields originalUID originalEventID'),
  ...texts(['metadata'], 'ingestionTime channelARN'),
  ...texts(eventData, 'version userAgent eventSource eventName eventTime UID errorCode errorMessage'),
  ...texts(eventData, 'sourceIPAddress recipientAccountId'),
  ...jsons(eventData, 'requestParameters responseElements additionalEventData'),
  ...texts([...eventData, 'userIdentity'], 'type principalId'),
  ...jsons([...eventData, 'userIdentity'], 'details'),
];

export const recordColumns: Readonly<Record<RecordColumnKind, readonly RecordColumn[]>> = {
  cloudtrail,
  activity,
};

/**
 * Members of `requestParameters` by which events are searched whatever the call was, or by many: what was made use of. Each has a column
 * of its own beside the JSON, in which a text is found without opening the JSON of every row.
 */
export const parameterMembers = [
  'bucketName',
  'key',
  'roleArn',
  'userName',
  'functionName',
  'tableName',
  'keyId',
  'secretId',
] as const;

/** `requestparameters_bucketname`: the column of one of `parameterMembers`. */
export function parameterColumn(member: string): string {
  return columnName(['requestParameters', member]);
}

/** What a member's column begins with where the member is no plain value: the rest is the JSON of an object or an array. */
export const nestedMark = '\x02';
/** The rest is a text that begins with one of these marks itself. */
export const markedMark = '\x01';
/** Everything that begins with a mark is before this, and of all else only the empty text. */
export const marksEnd = '\x03';

/** `resources` is a list of objects with these members, as text; in the order of its column. */
export const resourceMembers = ['ARN', 'accountId', 'type', 'ARNPrefix'] as const;

function texts(path: MemberPath, names: string): RecordColumn[] {
  return columns(path, names, 'text');
}

function jsons(path: MemberPath, names: string): RecordColumn[] {
  return columns(path, names, 'json');
}

function columns(path: MemberPath, names: string, form: RecordColumn['form']): RecordColumn[] {
  return names.split(' ').map((name) => {
    const whole = [...path, name];
    return { name: columnName(whole), path: whole, form };
  });
}
