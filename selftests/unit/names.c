// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of methods and faults: every value has one of its own, any other
 * number has one, too.
 */
#include "unit.h"

static void test_faults(void)
{
	u32 i, k;

	for (i = 0; i < SIP_FAULT_MAX; i++) {
		for (k = 0; k < i; k++)
			check(strcmp(sip_fault_name(i), sip_fault_name(k)),
			      sip_fault_name(i), "names two faults");
	}
	check(!strcmp(sip_fault_name(SIP_FAULT_MAX), "unknown") &&
	      !strcmp(sip_fault_name((enum sip_fault)-1), "unknown"),
	      "no fault", "is unknown");
}

static void test_methods(void)
{
	u32 i, k;

	for (i = 0; i <= SIP_METHOD_MESSAGE; i++) {
		for (k = 0; k < i; k++)
			check(strcmp(sip_method_name(i), sip_method_name(k)),
			      sip_method_name(i), "names two methods");
	}
	check(!strcmp(sip_method_name(SIP_METHOD_MESSAGE + 1), "UNKNOWN") &&
	      !strcmp(sip_method_name((enum sip_method)-1), "UNKNOWN"),
	      "no method", "is unknown");
}

void test_names(void)
{
	test_faults();
	test_methods();
}
