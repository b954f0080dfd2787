//! Alerts that the program sends itself: to PagerDuty, Slack, Alertmanager and webhooks.
