"""The only place that knows every room: settings, urls, the staff frame, the command."""
