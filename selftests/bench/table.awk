# SPDX-License-Identifier: GPL-2.0-only
# The results of guest.sh as one table, and the verdict in the exit status.
#
#   awk -v limit=N -v json=FILE -f table.awk results
#
# limit: instructions that an INVITE may cost with this helper; json: a file for
# the results as JSON, or empty.

BEGIN {
	rows = split("junk-again options-again bye-again invite-first" \
		     " invite-again volte-first volte-again" \
		     " tcp-options-again tcp-invite-first tcp-invite-again", row)
	name["junk-again"] = "junk on the port"
	name["options-again"] = "OPTIONS"
	name["bye-again"] = "BYE, of no call"
	name["invite-first"] = "INVITE, first (1)"
	name["invite-again"] = "INVITE, retransmission"
	name["volte-first"] = "VoLTE INVITE, first (2)"
	name["volte-again"] = "VoLTE retransmission"
	name["tcp-options-again"] = "OPTIONS over TCP (3)"
	name["tcp-invite-first"] = "INVITE over TCP (3)"
	name["tcp-invite-again"] = "INVITE over TCP, again"
	kinds = 7
	split("none stock ours", helpers)
}

{
	time[$1 "-" $2, $3, $4] = $6
	bytes[$1 "-" $2] = $5
}

# The lower of the two passes: both do the same work, and the state of the
# allocators may add instructions that are not the helper's.
function cost(r, h)
{
	return time[r, h, 1] < time[r, h, 2] ? time[r, h, 1] : time[r, h, 2]
}

function share(r, h)
{
	return cost(r, h) - cost(r, "none")
}

function note_spread(r, h,	apart)
{
	apart = time[r, h, 1] - time[r, h, 2]
	if (apart < 0)
		apart = -apart
	if (apart >= most) {
		most = apart
		most_percent = 100 * apart / cost(r, h)
		most_of = name[r] ", " (h == "none" ? "no helper" : h)
		sub(/ \([0-9]\)/, "", most_of)
	}
}

function table(	i, r, h)
{
	print "                               thousand instructions" \
	      "    the helper's share"
	print "message                  bytes no helper   stock    ours" \
	      "   stock    ours  ratio"
	for (i = 1; i <= rows; i++) {
		r = row[i]
		printf "%-24s %5d %9.1f %7.1f %7.1f %7.1f %7.1f %6.1f\n",
		       name[r], bytes[r], cost(r, "none") / 1000,
		       cost(r, "stock") / 1000, cost(r, "ours") / 1000,
		       share(r, "stock") / 1000, share(r, "ours") / 1000,
		       share(r, "stock") / share(r, "ours")
		for (h in helpers)
			note_spread(r, helpers[h])
	}
	print "(1) opens the call and its pinholes, which stay; stock" \
	      " opens them each time"
	print "(2) two media, in two fragments"
	print "(3) the work of both ends included, and that of the ACKs"
	printf "measured twice, the lower counts; most apart: %.2f k, %.1f %%" \
	       "\n(%s)\n", most / 1000, most_percent, most_of
}

function verdict(	worst, ok)
{
	worst = share("invite-first", "ours")
	if (share("invite-again", "ours") > worst)
		worst = share("invite-again", "ours")
	ok = worst < limit
	printf "INVITE: ours %.1f k instructions, limit %g k: %s\n",
	       worst / 1000, limit / 1000, ok ? "ok" : "TOO MANY"
	return ok
}

function write_json(ok,	i, r)
{
	printf("{\"unit\": \"instructions per message\", \"limit\": %d," \
	       " \"ok\": %s, \"messages\": [", limit,
	       ok ? "true" : "false") >json
	for (i = 1; i <= rows; i++) {
		r = row[i]
		printf("%s\n{\"message\": \"%s\", \"bytes\": %d," \
		       " \"none\": %.0f, \"stock\": %.0f, \"ours\": %.0f}",
		       i > 1 ? "," : "", r, bytes[r], cost(r, "none"),
		       cost(r, "stock"), cost(r, "ours")) >json
	}
	print "\n]}" >json
}

END {
	if (NR != kinds * 2 * 3 * 2) {
		print "bench: " NR " results, " kinds * 2 * 3 * 2 " expected"
		exit 1
	}
	table()
	ok = verdict()
	if (json)
		write_json(ok)
	exit !ok
}
