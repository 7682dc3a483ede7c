"""Analysis of the layers: filters, selections, peers, project flows, growth and claims."""
