// SPDX-License-Identifier: Apache-2.0

/** Source: Organizations User Guide, "Quotas and service limits for AWS Organizations", unless said otherwise. */

/**
 * Invitations count. AWS starts with 10 and raises it up to 10,000 on request; here nobody is there to ask, and readers of the
 * log keep who is in which organization in their checkpoints: some 70 bytes a member, of a few hundred KB.
 */
export const accountsMax = 5_000;
export const unitsMax = 1_000;
/** Units below units below the root. */
export const unitDepthMax = 5;
export const policiesPerTypeMax = 1_000;
/**
 * Policies of one type that one root, unit or account may have. Of service control policies it was 5, of 5,120 characters,
 * until May 2026, when AWS doubled both.
 */
export const serviceControlPoliciesPerTargetMax = 10;
export const managementPoliciesPerTargetMax = 10;
export const tagsMax = 50;
export const delegatedAdministratorsPerServiceMax = 3;
export const accountCreationsAtOnceMax = 5;
export const accountClosuresAtOnceMax = 3;
/** API Reference, "CloseAccount": in 30 days the higher of 250 and 20 % of the members. */
export const closuresMax = (members: number): number => Math.max(250, Math.floor(members * 0.2));
export const closurePeriodMs = 30 * 24 * 60 * 60 * 1_000;
/** API Reference, "InviteAccountToOrganization": 15 days; "EnableAllFeatures": 90 days. */
export const invitationMs = 15 * 24 * 60 * 60 * 1_000;
export const enableAllFeaturesMs = 90 * 24 * 60 * 60 * 1_000;
/** API Reference, "Handshake": shown for 30 days after they were answered or expired, then deleted. */
export const handshakeShownMs = 30 * 24 * 60 * 60 * 1_000;

/** Sizes of documents in characters. */
export const policySizeMax: Readonly<Record<string, number>> = {
  SERVICE_CONTROL_POLICY: 10_240,
  TAG_POLICY: 10_000,
  BACKUP_POLICY: 10_000,
  AISERVICES_OPT_OUT_POLICY: 2_500,
  CHATBOT_POLICY: 10_000,
  DECLARATIVE_POLICY_EC2: 10_000,
  SECURITYHUB_POLICY: 10_000,
  INSPECTOR_POLICY: 10_000,
  UPGRADE_ROLLOUT_POLICY: 10_000,
  BEDROCK_POLICY: 10_000,
  S3_POLICY: 10_000,
  NETWORK_SECURITY_DIRECTOR_POLICY: 10_000,
};
