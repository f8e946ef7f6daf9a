// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the halves use of the language.  The files of sip/ build in userspace,
 * too, and know nothing of modules.
 */
#include <linux/module.h>

#include <sip_ims/edit.h>
#include <sip_ims/sdp.h>
#include <sip_ims/stream.h>

EXPORT_SYMBOL_GPL(sip_classify);
EXPORT_SYMBOL_GPL(sip_parse);
EXPORT_SYMBOL_GPL(sip_frame);
EXPORT_SYMBOL_GPL(sip_uri_read);
EXPORT_SYMBOL_GPL(sip_walk_init);
EXPORT_SYMBOL_GPL(sip_walk_next);
EXPORT_SYMBOL_GPL(sip_fault_name);
EXPORT_SYMBOL_GPL(sip_find_sdp);
EXPORT_SYMBOL_GPL(sdp_parse);
EXPORT_SYMBOL_GPL(sdp_attribute_next);
EXPORT_SYMBOL_GPL(sip_edits_init);
EXPORT_SYMBOL_GPL(sip_address_text);
EXPORT_SYMBOL_GPL(sip_edit_address);
EXPORT_SYMBOL_GPL(sip_edit_bytes);
EXPORT_SYMBOL_GPL(sip_edit_content_length);
EXPORT_SYMBOL_GPL(sip_edit_literal);
EXPORT_SYMBOL_GPL(sip_edit_number);
EXPORT_SYMBOL_GPL(sip_edit_port);
EXPORT_SYMBOL_GPL(sip_edits_assemble);
EXPORT_SYMBOL_GPL(stream_create);
EXPORT_SYMBOL_GPL(stream_destroy);
EXPORT_SYMBOL_GPL(stream_left);
EXPORT_SYMBOL_GPL(stream_segment);
