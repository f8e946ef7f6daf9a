// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams: the translation of addresses that an SDP names.
 */
#include <linux/errno.h>

#include <call/description.h>

static int stream_map(const struct sip_ims_stream *stream, bool own,
		      const struct sip_ims_endpoint *from,
		      struct sip_ims_endpoint *to)
{
	const struct sip_ims_endpoint *has = own ? stream->local :
						   stream->mapped;
	const struct sip_ims_endpoint *gets = own ? stream->mapped :
						    stream->local;
	unsigned int c;

	for (c = 0; c < SIP_IMS_COMPONENTS; c++) {
		if (!has[c].port || !sip_ims_same_endpoint(&has[c], from))
			continue;
		*to = gets[c];
		return 0;
	}
	return -ENOENT;
}

/**
 * sip_ims_description_map() - translate an endpoint that an SDP names
 * @description: the streams
 * @mline: number of the m= line that the endpoint is in; its stream is tried
 *	first
 * @own: translate from the end's own address to the one that the other side
 *	sees; else the reverse
 * @from: the endpoint in the SDP
 * @to: set to the translated endpoint on success
 *
 * Context: the call is locked.
 * Return: 0; -ENOENT when no stream has this address and port.
 */
int sip_ims_description_map(const struct sip_ims_description *description,
			    unsigned int mline, bool own,
			    const struct sip_ims_endpoint *from,
			    struct sip_ims_endpoint *to)
{
	unsigned int i;

	if (mline < description->count &&
	    !stream_map(&description->streams[mline], own, from, to))
		return 0;
	for (i = 0; i < description->count; i++) {
		if (!stream_map(&description->streams[i], own, from, to))
			return 0;
	}
	return -ENOENT;
}

/**
 * sip_ims_description_map_direct() - translate an endpoint of direct media
 * @description: the streams; only direct ones are considered
 * @own: as for sip_ims_description_map()
 * @from: the endpoint in the SDP
 * @to: set to the translated endpoint on success
 *
 * Context: the call is locked.
 * Return: 0; -ENOENT when no direct stream has this address and port.
 */
int
sip_ims_description_map_direct(const struct sip_ims_description *description,
			       bool own, const struct sip_ims_endpoint *from,
			       struct sip_ims_endpoint *to)
{
	unsigned int i;

	for (i = 0; i < description->count; i++) {
		if (description->streams[i].direct &&
		    !stream_map(&description->streams[i], own, from, to))
			return 0;
	}
	return -ENOENT;
}
