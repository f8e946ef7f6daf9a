// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams: what an address that an SDP names is translated to.
 */
#include <call/description.h>

static bool stream_maps(const struct sip_ims_stream *stream, bool own,
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
		return true;
	}
	return false;
}

/**
 * sip_ims_description_map() - translate an address that an SDP names
 * @description: the streams
 * @media: number of the m= line it stands below
 * @own: from what the end calls itself to what the other side is told; else
 *	back
 * @from: what stands there
 * @to: filled in
 *
 * Return: whether a stream, that one first, has this address and port.
 */
bool sip_ims_description_map(const struct sip_ims_description *description,
			     unsigned int media, bool own,
			     const struct sip_ims_endpoint *from,
			     struct sip_ims_endpoint *to)
{
	unsigned int i;

	if (media < description->count &&
	    stream_maps(&description->streams[media], own, from, to))
		return true;
	for (i = 0; i < description->count; i++) {
		if (stream_maps(&description->streams[i], own, from, to))
			return true;
	}
	return false;
}

/**
 * sip_ims_description_direct() - the same, of streams that are direct only
 * @description: the streams
 * @own: from what the end calls itself to what it is known as; else back
 * @from: what stands there
 * @to: filled in
 *
 * Return: whether such a stream has this address and port.
 */
bool sip_ims_description_direct(const struct sip_ims_description *description,
				bool own, const struct sip_ims_endpoint *from,
				struct sip_ims_endpoint *to)
{
	unsigned int i;

	for (i = 0; i < description->count; i++) {
		if (description->streams[i].direct &&
		    stream_maps(&description->streams[i], own, from, to))
			return true;
	}
	return false;
}
