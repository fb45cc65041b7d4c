package io.peerbus.launcher.plugin.jar;

import java.util.Map;
import java.util.SortedMap;

/**
 * What is in a jar.
 *
 * @param digests the SHA-256 of each entry, by its name, in the order of the names' UTF-8 bytes
 * @param texts the bytes of those few entries that are looked into
 */
record JarContents(SortedMap<String, byte[]> digests, Map<String, byte[]> texts) {}
