/** Owns what tests need of the web around a node: a certificate as a web server has it. */
package io.peerbus.web;
