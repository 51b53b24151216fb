// SPDX-License-Identifier: Apache-2.0

/**
 * The table for CloudTrail's log files as the console and the guide make it.
 * Source: Amazon Athena User Guide, "Manually create the table for CloudTrail logs in Athena".
 */
export function cloudTrailTable(name, location) {
  return `CREATE EXTERNAL TABLE ${name} (
    eventversion STRING,
    useridentity STRUCT<
      type:STRING, principalid:STRING, arn:STRING, accountid:STRING, invokedby:STRING, accesskeyid:STRING,
      username:STRING, onbehalfof:STRUCT<userid:STRING, identitystorearn:STRING>,
      sessioncontext:STRUCT<
        attributes:STRUCT<mfaauthenticated:STRING, creationdate:STRING>,
        sessionissuer:STRUCT<type:STRING, principalid:STRING, arn:STRING, accountid:STRING, username:STRING>,
        ec2roledelivery:STRING,
        webidfederationdata:STRUCT<federatedprovider:STRING, attributes:map<string,string>>>>,
    eventtime STRING,
    eventsource STRING,
    eventname STRING,
    awsregion STRING,
    sourceipaddress STRING,
    useragent STRING,
    errorcode STRING,
    errormessage STRING,
    requestparameters STRING,
    responseelements STRING,
    additionaleventdata STRING,
    requestid STRING,
    eventid STRING,
    readonly STRING,
    resources ARRAY<STRUCT<arn:STRING, accountid:STRING, type:STRING>>,
    eventtype STRING,
    apiversion STRING,
    recipientaccountid STRING,
    serviceeventdetails STRING,
    sharedeventid STRING,
    vpcendpointid STRING,
    vpcendpointaccountid STRING,
    eventcategory STRING,
    addendum STRUCT<reason:STRING, updatedfields:STRING, originalrequestid:STRING, originaleventid:STRING>,
    sessioncredentialfromconsole STRING,
    edgedevicedetails STRING,
    tlsdetails STRUCT<tlsversion:STRING, ciphersuite:STRING, clientprovidedhostheader:STRING>)
  ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
  STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
  OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
  LOCATION '${location}'`;
}
