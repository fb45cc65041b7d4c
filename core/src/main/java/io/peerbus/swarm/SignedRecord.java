package io.peerbus.swarm;

/**
 * A signed record of a peer's addresses, as it is passed on.
 *
 * @param seq without sign; a higher one is newer
 * @param envelope not to be changed
 */
public record SignedRecord(long seq, byte[] envelope) {}
