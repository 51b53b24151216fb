// SPDX-License-Identifier: Apache-2.0
import type { RecordSchema, TableColumn } from '../table-source.js';

/** Source: Athena User Guide, "Create a table for CloudTrail logs in Athena using partition projection". */
const athena = columns(`
  eventversion varchar
  useridentity row(type varchar, principalid varchar, arn varchar, accountid varchar, invokedby varchar, accesskeyid varchar, username varchar, onbehalfof row(userid varchar, identitystorearn varchar), sessioncontext row(attributes row(mfaauthenticated varchar, creationdate varchar), sessionissuer row(type varchar, principalid varchar, arn varchar, accountid varchar, username varchar), ec2roledelivery varchar, webidfederationdata row(federatedprovider varchar, attributes map(varchar, varchar))))
  eventtime varchar
  eventsource varchar
  eventname varchar
  awsregion varchar
  sourceipaddress varchar
  useragent varchar
  errorcode varchar
  errormessage varchar
  requestparameters varchar
  responseelements varchar
  additionaleventdata varchar
  requestid varchar
  eventid varchar
  readonly varchar
  resources array(row(arn varchar, accountid varchar, type varchar))
  eventtype varchar
  apiversion varchar
  recipientaccountid varchar
  serviceeventdetails varchar
  sharedeventid varchar
  vpcendpointid varchar
  vpcendpointaccountid varchar
  eventcategory varchar
  addendum row(reason varchar, updatedfields varchar, originalrequestid varchar, originaleventid varchar)
  sessioncredentialfromconsole varchar
  edgedevicedetails varchar
  tlsdetails row(tlsversion varchar, ciphersuite varchar, clientprovidedhostheader varchar)`);

/**
 * Source: CloudTrail User Guide, "Supported SQL schemas for event data stores", CloudTrail event record fields. The guide's
 * `credentiaisissuedto` is `credentialsissuedto` here, as the records have it. `eventcontext` is not in that list; queries of the
 * page "Create CloudTrail Lake queries from natural language prompts" ask for it.
 */
const lake = columns(`
  eventversion varchar
  useridentity row(type varchar, principalid varchar, arn varchar, accountid varchar, accesskeyid varchar, username varchar, sessioncontext row(attributes row(creationdate timestamp(3), mfaauthenticated varchar), sessionissuer row(type varchar, principalid varchar, arn varchar, accountid varchar, username varchar), webidfederationdata row(federatedprovider varchar, attributes map(varchar, varchar)), sourceidentity varchar, ec2roledelivery varchar, ec2issuedinvpc varchar), onbehalfof row(userid varchar, identitystorearn varchar), inscopeof row(sourcearn varchar, sourceaccount varchar, issuertype varchar, credentialsissuedto varchar), invokedby varchar, identityprovider varchar)
  eventtime timestamp(3)
  eventsource varchar
  eventname varchar
  awsregion varchar
  sourceipaddress varchar
  useragent varchar
  errorcode varchar
  errormessage varchar
  requestparameters map(varchar, varchar)
  responseelements map(varchar, varchar)
  additionaleventdata map(varchar, varchar)
  requestid varchar
  eventid varchar
  readonly boolean
  resources array(row(accountid varchar, type varchar, arn varchar, arnprefix varchar))
  eventtype varchar
  apiversion varchar
  managementevent boolean
  recipientaccountid varchar
  sharedeventid varchar
  annotation varchar
  vpcendpointid varchar
  vpcendpointaccountid varchar
  serviceeventdetails map(varchar, varchar)
  addendum map(varchar, varchar)
  edgedevicedetails map(varchar, varchar)
  insightdetails map(varchar, varchar)
  eventcategory varchar
  tlsdetails row(tlsversion varchar, ciphersuite varchar, clientprovidedhostheader varchar)
  sessioncredentialfromconsole varchar
  eventjson varchar
  eventjsonchecksum varchar
  eventcontext row(requestcontext map(varchar, varchar), tagcontext row(principaltags map(varchar, varchar), resourcetags array(row(arn varchar, tags map(varchar, varchar)))))`);

/** Source: the same page, non-AWS event fields. The guide's `errormssage` is `errormessage` here, as the events have it. */
const activity = columns(`
  eventversion varchar
  eventcategory varchar
  eventtype varchar
  eventid varchar
  eventtime timestamp(3)
  awsregion varchar
  recipientaccountid varchar
  addendum row(reason varchar, updatedfields varchar, originaluid varchar, originaleventid varchar)
  metadata row(ingestiontime varchar, channelarn varchar)
  eventdata row(version varchar, useridentity row(type varchar, principalid varchar, details map(varchar, varchar)), useragent varchar, eventsource varchar, eventname varchar, eventtime varchar, uid varchar, requestparameters map(varchar, varchar), responseelements map(varchar, varchar), errorcode varchar, errormessage varchar, sourceipaddress varchar, recipientaccountid varchar, additionaleventdata map(varchar, varchar))`);

/** The columns that a table of records has, in order. */
export const recordSchemas: Readonly<Record<RecordSchema, readonly TableColumn[]>> = {
  athena,
  lake,
  activity,
};

/** One column a line: its name, a space, its type. */
function columns(lines: string): TableColumn[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', ...type] = line.trim().split(' ');
      return { name, type: type.join(' ') };
    });
}
