// SPDX-License-Identifier: Apache-2.0
import type { TableDocument } from './catalog-documents.js';

/** The account's whole history, in every account's `default` database: there without a bucket, a trail or a DDL. */
export const historyTableName = 'cairn_history';

const sessionContext =
  'struct<attributes:struct<mfaauthenticated:string,creationdate:string>,' +
  'sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,' +
  'ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>';

const userIdentity =
  'struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,' +
  `username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:${sessionContext}>`;

/** Source: Athena User Guide, "Create a table for CloudTrail logs in Athena using partition projection". */
const columns: readonly (readonly [name: string, type: string])[] = [
  ['eventversion', 'string'],
  ['useridentity', userIdentity],
  ['eventtime', 'string'],
  ['eventsource', 'string'],
  ['eventname', 'string'],
  ['awsregion', 'string'],
  ['sourceipaddress', 'string'],
  ['useragent', 'string'],
  ['errorcode', 'string'],
  ['errormessage', 'string'],
  ['requestparameters', 'string'],
  ['responseelements', 'string'],
  ['additionaleventdata', 'string'],
  ['requestid', 'string'],
  ['eventid', 'string'],
  ['readonly', 'string'],
  ['resources', 'array<struct<arn:string,accountid:string,type:string>>'],
  ['eventtype', 'string'],
  ['apiversion', 'string'],
  ['recipientaccountid', 'string'],
  ['serviceeventdetails', 'string'],
  ['sharedeventid', 'string'],
  ['vpcendpointid', 'string'],
  ['vpcendpointaccountid', 'string'],
  ['eventcategory', 'string'],
  ['addendum', 'struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>'],
  ['sessioncredentialfromconsole', 'string'],
  ['edgedevicedetails', 'string'],
  ['tlsdetails', 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>'],
];

export const historyTable: TableDocument = {
  database: 'default',
  name: historyTableName,
  columns: columns.map(([name, type]) => ({ name, type })),
  partitionKeys: [],
  comment: 'The event history of this account',
  properties: { EXTERNAL: 'TRUE', classification: 'cloudtrail' },
  createdAtMs: 0,
};
